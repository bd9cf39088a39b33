import { randomBytes } from 'node:crypto';

export const DAY_S = 86_400;

const now = (): number => Math.floor(Date.now() / 1_000);

/** The beginning of a day, in UTC. */
export const dayOf = (seconds: number): number => Math.floor(seconds / DAY_S) * DAY_S;

export interface ServiceAccount {
  readonly id: string;
  readonly name: string;
  /** As OpenAI tells it; names as on the wire. */
  readonly told: Readonly<{ object: string; id: string; name: string; role: string; created_at: number }>;
  readonly key: Readonly<{ object: string; id: string; name: string; created_at: number }>;
  /** By the beginning of the day. */
  readonly costs: Map<number, number>;
  ageDays: number;
  newSecret(): string;
  /** Among the keys of the project, without its value. */
  listedKey(): Readonly<{ id: string }>;
}

export const serviceAccount = (name: string): ServiceAccount => {
  const id = `svc_acct_${randomBytes(12).toString('hex')}`;
  const told = { object: 'organization.project.service_account', id, name, role: 'member', created_at: now() };
  const keyId = `key_${randomBytes(12).toString('hex')}`;
  const account: ServiceAccount = {
    id,
    name,
    told,
    key: {
      object: 'organization.project.service_account.api_key',
      id: keyId,
      name: 'Secret Key',
      created_at: now(),
    },
    costs: new Map(),
    ageDays: 0,
    newSecret: () => `sk-svcacct-${randomBytes(48).toString('base64url')}`,
    listedKey: () => ({
      object: 'organization.project.api_key',
      id: keyId,
      name: 'Secret Key',
      redacted_value: 'sk-svc...abcd',
      created_at: told.created_at - account.ageDays * DAY_S,
      last_used_at: account.costs.size > 0 ? Math.min(now(), Math.max(...account.costs.keys()) + DAY_S) : null,
      owner: { type: 'service_account', service_account: told },
    }),
  };
  return account;
};
