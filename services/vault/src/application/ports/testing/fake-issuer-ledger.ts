import { type Issuer, IssuerRefused, issuerUnavailable } from '../issuer.port.ts';
import type { IssuedKey, KeyBudget, KeyLabels, KeyOrder, RateLimits } from '../issuer-keys.ts';

export interface FakeKey {
  readonly alias: string;
  readonly expiresAt: string | undefined;
  readonly labels: KeyLabels | undefined;
  readonly modelIds?: readonly string[];
  readonly budget?: KeyBudget | undefined;
  readonly rateLimits?: RateLimits | undefined;
  readonly isSuspended?: boolean;
  readonly spentUsd?: number;
  readonly lastUsedAt?: string;
}

/** `before` and `after`: no answer, with nothing done or all of it. */
export type FakeFault = 'before' | 'after' | 'credential-refused' | 'order-refused';

export type FakeCall = 'issue' | 'lookup' | 'revoke' | 'change' | 'suspend' | 'list' | 'usage';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const after = (duration: string, now: Date): string =>
  new Date(now.getTime() + Number(duration.slice(0, -1)) * (UNIT_MS[duration.slice(-1)] ?? NaN)).toISOString();

/** What fake issuers share: keys in memory that tests look into, and faults that they order. */
export class FakeIssuerLedger {
  readonly live: Map<string, FakeKey>;
  readonly #faults: { call: FakeCall; fault: FakeFault; left: number }[] = [];
  readonly #accepts: boolean;
  readonly #clock: () => Date;

  constructor({ live = new Map<string, FakeKey>(), accepts = true, clock = (): Date => new Date() } = {}) {
    this.live = live;
    this.#clock = clock;
    this.#accepts = accepts;
  }

  failNext(call: FakeCall, fault: FakeFault, times = 1): void {
    this.#faults.push({ call, fault, left: times });
  }

  heal(): void {
    this.#faults.length = 0;
  }

  checkCredential(): void {
    if (!this.#accepts) throw new IssuerRefused('credential-refused', 'The fake issuer does not know you');
  }

  /** Does it as the next fault for this call wants it. */
  run<Result>(call: FakeCall, work: () => Result): Result {
    this.checkCredential();
    const planned = this.#faults.find((each) => each.call === call && each.left > 0);
    if (planned === undefined) return work();
    planned.left -= 1;
    if (planned.fault === 'after') work();
    if (planned.fault === 'after') throw issuerUnavailable('The answer of the fake issuer was lost');
    if (planned.fault === 'before') throw issuerUnavailable('The fake issuer does not answer');
    throw new IssuerRefused(planned.fault, 'The fake issuer refuses');
  }

  put(issuerKeyId: string, { alias, labels, duration, modelIds, budget, rateLimits }: KeyOrder): void {
    if ((budget?.maxUsd ?? 0) < 0) throw new IssuerRefused('order-refused', 'The budget is negative');
    const expiresAt = duration === undefined ? undefined : after(duration, this.#clock());
    this.live.set(issuerKeyId, { alias, expiresAt, labels, modelIds, budget, rateLimits });
  }

  /** Throws for a key that is not there. */
  update(issuerKeyId: string, changed: Partial<FakeKey>): void {
    const key = this.live.get(issuerKeyId);
    if (key === undefined) throw new IssuerRefused('key-not-found', 'The fake issuer has no such key');
    this.live.set(issuerKeyId, { ...key, ...changed });
  }

  find(issuerKeyId: string): IssuedKey | undefined {
    const key = this.live.get(issuerKeyId);
    if (key === undefined) return undefined;
    const { alias, isSuspended = false, expiresAt, labels, modelIds, budget, rateLimits } = key;
    const told = { expiresAt, labels, modelIds, budget, rateLimits };
    const known = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
    return { issuerKeyId, alias, isSuspended, ...known };
  }
}

/** All that a fake issuer can do besides making keys live. */
export const abilitiesOver = (ledger: FakeIssuerLedger) => {
  const existing = (issuerKeyId: string): IssuedKey => {
    ledger.update(issuerKeyId, {});
    return ledger.find(issuerKeyId) as IssuedKey;
  };
  const all = (): IssuedKey[] => [...ledger.live.keys()].flatMap((id) => ledger.find(id) ?? []);
  return {
    lookup: async (issuerKeyId) => ledger.run('lookup', () => ledger.find(issuerKeyId)),
    revoke: async (issuerKeyId) => {
      ledger.run('revoke', () => ledger.live.delete(issuerKeyId));
      return 'revoked';
    },
    listModels: async () => {
      ledger.checkCredential();
      return [{ id: 'gpt-4o-mini', ownedBy: 'openai' }];
    },
    changes: {
      can: ['expiresAt', 'modelIds', 'budget', 'rateLimits'],
      change: async (issuerKeyId, change) =>
        ledger.run('change', () => {
          ledger.update(issuerKeyId, change);
          return existing(issuerKeyId);
        }),
    },
    suspension: {
      suspend: async (issuerKeyId) => ledger.run('suspend', () => ledger.update(issuerKeyId, { isSuspended: true })),
      resume: async (issuerKeyId) => ledger.run('suspend', () => ledger.update(issuerKeyId, { isSuspended: false })),
    },
    inventory: {
      async *listOurs() {
        yield* ledger.run('list', all).filter(({ labels }) => labels !== undefined);
      },
      findByAlias: async (alias) => ledger.run('list', all).filter((key) => key.alias === alias),
    },
    usage: {
      async *usageOf(issuerKeyIds) {
        const found = ledger.run('usage', () => issuerKeyIds.filter((id) => ledger.live.has(id)));
        for (const issuerKeyId of found) {
          const { spentUsd = 0, lastUsedAt } = ledger.live.get(issuerKeyId) as FakeKey;
          yield { issuerKeyId, spentUsd, ...(lastUsedAt === undefined ? {} : { lastUsedAt }) };
        }
      },
    },
  } satisfies Partial<Issuer>;
};
