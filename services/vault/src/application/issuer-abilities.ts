import type { LeaseLimits } from '../domain/lease/lease.terms.ts';
import type { Issuer } from './ports/issuer.port.ts';
import type { Changeable, KeyChange } from './ports/issuer-keys.ts';

/** A change as far as it matters to whether an issuer can make it. */
export type WantedChange = Readonly<
  | { kind: 'renewal'; expiresAt: string }
  | { kind: 'limits'; limits: LeaseLimits }
  | { kind: 'suspension' | 'resumption' }
>;

const enforcedAs: Readonly<Record<Changeable, Issuer['enforces'][number]>> = {
  expiresAt: 'expiry',
  modelIds: 'models',
  budget: 'budget',
  rateLimits: 'rate-limits',
};

/** What the issuer has to be asked for; what it does not enforce is kept by the vault alone. */
export const wantedOf = ({ enforces }: Issuer, change: WantedChange): KeyChange => {
  if (change.kind === 'suspension' || change.kind === 'resumption') return {};
  const { modelIds, budget, rateLimits } = change.kind === 'limits' ? change.limits : {};
  const all = change.kind === 'renewal' ? { expiresAt: change.expiresAt } : { modelIds, budget, rateLimits };
  const sent = Object.entries(all).filter(
    ([name, value]) => value !== undefined && enforces.includes(enforcedAs[name as Changeable]),
  );
  return Object.fromEntries(sent);
};

const rotateInstead: Readonly<Record<Changeable, string>> = {
  expiresAt: 'rotate the lease with a new duration instead',
  modelIds: 'revoke the lease and ask for a new one instead',
  budget: 'revoke the lease and ask for a new one instead',
  rateLimits: 'revoke the lease and ask for a new one instead',
};

/** Why this issuer cannot make a change, and what to do instead; `undefined` when it can. */
export const unsupported = (issuer: Issuer, change: WantedChange): string | undefined => {
  if (change.kind === 'suspension' || change.kind === 'resumption')
    return issuer.suspension === undefined
      ? `The issuer ${issuer.name} cannot suspend keys: rotate or revoke the lease instead`
      : undefined;
  const missing = (Object.keys(wantedOf(issuer, change)) as Changeable[]).find(
    (name) => issuer.changes?.can.includes(name) !== true,
  );
  if (missing === undefined) return undefined;
  return `The issuer ${issuer.name} cannot change ${missing} of a key: ${rotateInstead[missing]}`;
};
