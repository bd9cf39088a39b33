import { randomBytes } from 'node:crypto';

const now = (): number => Math.floor(Date.now() / 1_000);

export interface ServiceAccount {
  readonly id: string;
  readonly name: string;
  /** As OpenAI tells it; names as on the wire. */
  readonly told: Readonly<{ object: string; id: string; name: string; role: string; created_at: number }>;
  readonly key: Readonly<{ object: string; id: string; name: string; created_at: number }>;
  spentUsd: number;
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
    spentUsd: 0,
    newSecret: () => `sk-svcacct-${randomBytes(48).toString('base64url')}`,
    listedKey: () => ({
      object: 'organization.project.api_key',
      id: keyId,
      name: 'Secret Key',
      redacted_value: 'sk-svc...abcd',
      created_at: told.created_at,
      last_used_at: account.spentUsd > 0 ? now() : null,
      owner: { type: 'service_account', service_account: told },
    }),
  };
  return account;
};
