import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { SecretAccess, SecretBytes } from '@keyledger/secrets';
import type { Issuer, IssuerFrom } from '../issuer.port.ts';
import type { ChosenKeys, MadeKeys } from '../issuer-abilities.port.ts';
import type { IssuedKey } from '../issuer-keys.ts';
import { abilitiesOver, type FakeCall, type FakeFault, FakeIssuerLedger, type FakeKey } from './fake-issuer-ledger.ts';

type Options = NonNullable<ConstructorParameters<typeof FakeIssuerLedger>[0]>;

type Abilities = ReturnType<typeof abilitiesOver>;

abstract class InMemoryIssuer {
  readonly gatewayUrl = 'https://llm.example.com';
  readonly enforces = ['models', 'expiry', 'budget', 'rate-limits'] as const;
  readonly live: Map<string, FakeKey>;
  readonly changes: Abilities['changes'];
  readonly suspension: Abilities['suspension'];
  readonly inventory: Abilities['inventory'];
  readonly usage: Abilities['usage'];
  lookup: Abilities['lookup'];
  revoke: Abilities['revoke'];
  listModels: Issuer['listModels'];
  protected readonly ledger: FakeIssuerLedger;

  constructor(options: Options = {}) {
    this.ledger = new FakeIssuerLedger(options);
    this.live = this.ledger.live;
    const { changes, suspension, inventory, usage, lookup, revoke, listModels } = abilitiesOver(this.ledger);
    this.changes = changes;
    this.suspension = suspension;
    this.inventory = inventory;
    this.usage = usage;
    this.lookup = lookup;
    this.revoke = revoke;
    this.listModels = listModels;
  }

  failNext(call: FakeCall, fault: FakeFault, times?: number): void {
    this.ledger.failNext(call, fault, times);
  }

  heal(): void {
    this.ledger.heal();
  }
}

const newKey = (): SecretBytes => SecretBytes.fromText(`sk-${randomBytes(32).toString('base64url')}`);

/** An issuer in memory that accepts keys which the vault chose. */
export class FakeIssuer extends InMemoryIssuer implements IssuerFrom<'vault'> {
  readonly name = 'litellm';
  readonly keysFrom = 'vault';
  /** Every plaintext that this issuer was asked to make live. */
  readonly seen = new Set<string>();
  readonly keys: ChosenKeys = {
    newKey,
    keyIdOf: (secret) => createHash('sha256').update(secret.reveal(SecretAccess.granted)).digest('hex'),
    issue: async (order) => {
      this.seen.add(order.secret.revealText(SecretAccess.granted));
      return this.ledger.run('issue', () => {
        const issuerKeyId = this.keys.keyIdOf(order.secret);
        if (!this.live.has(issuerKeyId)) {
          if ([...this.live.values()].some(({ alias }) => alias === order.alias)) return { outcome: 'alias-taken' };
          this.ledger.put(issuerKeyId, order);
        }
        return { outcome: 'issued', key: this.ledger.find(issuerKeyId) as IssuedKey };
      });
    },
  };
}

/** An issuer in memory that makes keys itself and tells each once; names of keys are not unique there. */
export class FakeMakingIssuer extends InMemoryIssuer implements IssuerFrom<'issuer'> {
  readonly name = 'openrouter';
  readonly keysFrom = 'issuer';
  /** By id: every plaintext that was made, told or not. */
  readonly made = new Map<string, Readonly<{ alias: string; text: string }>>();
  readonly keys: MadeKeys = {
    issue: async (order) =>
      this.ledger.run('issue', () => {
        const issuerKeyId = randomUUID();
        this.ledger.put(issuerKeyId, order);
        const secret = newKey();
        this.made.set(issuerKeyId, { alias: order.alias, text: secret.revealText(SecretAccess.granted) });
        return { key: this.ledger.find(issuerKeyId) as IssuedKey, secret };
      }),
  };
}
