import { createHash, randomBytes } from 'node:crypto';
import { SecretAccess, SecretBytes } from '@keyledger/secrets';
import { type IssuerFrom, IssuerRefused, issuerUnavailable } from '../issuer.port.ts';
import type { ChosenKeys } from '../issuer-abilities.port.ts';
import type { IssuedKey, IssuerModel, KeyLabels } from '../issuer-keys.ts';

export interface FakeKey {
  readonly alias: string;
  readonly expiresAt: string | undefined;
  readonly labels: KeyLabels | undefined;
}

/** `before` and `after`: no answer, with the key not created or created. */
export type FakeFault = 'before' | 'after' | 'credential-refused' | 'order-refused';

type Order = Parameters<ChosenKeys['issue']>[0];

type Call = 'issue' | 'lookup' | 'revoke';

/** An issuer in memory, with a ledger that tests look into and faults that they order. */
export class FakeIssuer implements IssuerFrom<'vault'> {
  readonly name = 'litellm';
  readonly keysFrom = 'vault';
  readonly gatewayUrl = 'https://llm.example.com';
  readonly enforces = ['models', 'expiry', 'budget'] as const;
  readonly live: Map<string, FakeKey>;
  /** Every plaintext that this issuer was asked to make live. */
  readonly seen = new Set<string>();
  readonly #faults: { call: Call; fault: FakeFault; left: number }[] = [];
  readonly #accepts: boolean;

  constructor({ live = new Map<string, FakeKey>(), accepts = true } = {}) {
    this.live = live;
    this.#accepts = accepts;
  }

  failNext(call: Call, fault: FakeFault, times = 1): void {
    this.#faults.push({ call, fault, left: times });
  }

  heal(): void {
    this.#faults.length = 0;
  }

  readonly keys: ChosenKeys = {
    newKey: () => SecretBytes.fromText(`sk-${randomBytes(32).toString('base64url')}`),
    keyIdOf: (secret) => createHash('sha256').update(secret.reveal(SecretAccess.granted)).digest('hex'),
    issue: (order) => this.#issue(order),
  };

  async #issue({ secret, alias, duration, budget, labels }: Order): ReturnType<ChosenKeys['issue']> {
    this.seen.add(secret.revealText(SecretAccess.granted));
    const fault = this.#take('issue');
    if (fault === 'before') throw issuerUnavailable('The fake issuer does not answer');
    if ((budget?.maxUsd ?? 0) < 0) throw new IssuerRefused('order-refused', 'The budget is negative');
    const issuerKeyId = this.keys.keyIdOf(secret);
    if (!this.live.has(issuerKeyId)) {
      if ([...this.live.values()].some((key) => key.alias === alias)) return { outcome: 'alias-taken' };
      const expiresAt = duration === undefined ? undefined : new Date(Date.now() + 3_600_000).toISOString();
      this.live.set(issuerKeyId, { alias, expiresAt, labels });
    }
    if (fault === 'after') throw issuerUnavailable('The answer of the fake issuer was lost');
    return { outcome: 'issued', key: (await this.#find(issuerKeyId)) as IssuedKey };
  }

  async lookup(issuerKeyId: string): Promise<IssuedKey | undefined> {
    if (this.#take('lookup') !== undefined) throw issuerUnavailable('The fake issuer does not answer');
    return this.#find(issuerKeyId);
  }

  async revoke(issuerKeyId: string): Promise<'revoked'> {
    const fault = this.#take('revoke');
    if (fault !== 'before') this.live.delete(issuerKeyId);
    if (fault !== undefined) throw issuerUnavailable('The fake issuer does not answer');
    return 'revoked';
  }

  async listModels(): Promise<readonly IssuerModel[]> {
    this.#checkCredential();
    return [{ id: 'gpt-4o-mini', ownedBy: 'openai' }];
  }

  async #find(issuerKeyId: string): Promise<IssuedKey | undefined> {
    const key = this.live.get(issuerKeyId);
    if (key === undefined) return undefined;
    return { issuerKeyId, ...(key.expiresAt === undefined ? {} : { expiresAt: key.expiresAt }) };
  }

  #checkCredential(): void {
    if (!this.#accepts) throw new IssuerRefused('credential-refused', 'The fake issuer does not know you');
  }

  #take(call: Call): 'before' | 'after' | undefined {
    this.#checkCredential();
    const planned = this.#faults.find((each) => each.call === call && each.left > 0);
    if (planned === undefined) return undefined;
    planned.left -= 1;
    const { fault } = planned;
    if (fault === 'before' || fault === 'after') return fault;
    throw new IssuerRefused(fault, 'The fake issuer refuses');
  }
}
