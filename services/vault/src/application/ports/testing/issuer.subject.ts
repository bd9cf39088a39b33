import { expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { SecretAccess, type SecretBytes } from '@keyledger/secrets';
import type { Issuer } from '../issuer.port.ts';
import type { IssuedKey, KeyOrder } from '../issuer-keys.ts';

/** Calls that change something at the issuer. */
export type MutatingCall = 'issue' | 'change' | 'suspend' | 'revoke';

export interface IssuerSubject {
  readonly issuer: Issuer;
  /** The same issuer, asked by somebody whom it does not accept. */
  readonly refusing: Issuer;
  /** A model that the issuer offers. */
  readonly modelId: string;
  /** Live keys with this alias, by the issuer's own record. */
  liveKeys(alias: string): Promise<readonly string[]>;
  /** Lets somebody else make a key with this alias. */
  occupy(alias: string): Promise<void>;
  /** Makes the next such call fail, before or after the issuer did it. Absent at a real issuer. */
  failNext?(call: MutatingCall, when: 'before' | 'after'): void;
  /** Lets the key be used for so much. Absent at a real issuer. */
  spend?(issuerKeyId: string, usd: number): Promise<void>;
  close(): Promise<void>;
}

/** Names of all keys that were ordered here, so that none is left at a real issuer. */
const orderedAliases = new Set<string>();

/** Ends whatever lives under these names, and under those that were ordered. */
export const endAll = async ({ inventory, revoke }: Issuer, names: Iterable<string>): Promise<void> => {
  for (const alias of new Set([...orderedAliases, ...names]))
    for (const { issuerKeyId } of (await inventory?.findByAlias(alias)) ?? []) await revoke(issuerKeyId);
};

/** A stand-in that is looked at when the suite is over: whatever was made there must be gone, as at a real one. */
export const leavingNothing = async (
  open: () => Promise<IssuerSubject & { leavesNothing(): void }>,
): Promise<IssuerSubject> => {
  const { leavesNothing, close, ...subject } = await open();
  return {
    ...subject,
    close: async () => {
      try {
        leavesNothing();
      } finally {
        await close();
      }
    },
  };
};

/** An order that nobody gave before. */
export const newOrder = (modelId: string): KeyOrder => {
  const leaseId = randomUUID();
  for (const generation of [1, 2]) orderedAliases.add(`${leaseId}-g${generation}`);
  return {
    alias: `${leaseId}-g1`,
    owner: 'ada@example.com',
    modelIds: [modelId],
    duration: '1h',
    budget: { maxUsd: 5, period: '30d' },
    labels: { leaseId, generation: 1 },
  };
};

/** Makes a key live wherever keys come from, and forgets the key itself. */
export const issueTo = async (issuer: Issuer, order: KeyOrder): Promise<IssuedKey> => {
  switch (issuer.keysFrom) {
    case 'vault': {
      using secret = issuer.keys.newKey();
      const issued = await issuer.keys.issue({ ...order, secret });
      if (issued.outcome !== 'issued') throw new Error('The alias of a new order is taken');
      return issued.key;
    }
    case 'issuer': {
      const { key, secret } = await issuer.keys.issue(order);
      secret[Symbol.dispose]();
      return key;
    }
    default:
      throw new Error(`${issuer.name} takes no orders`);
  }
};

/** What was thrown; holds no key. */
export const faultOf = async (call: Promise<unknown>, ...secrets: readonly SecretBytes[]): Promise<Error> => {
  const fault: unknown = await call.then(
    (answer) => new Error(`answered ${JSON.stringify(answer)}`),
    (error) => error,
  );
  if (!(fault instanceof Error)) throw new TypeError('No error was thrown');
  for (const secret of secrets)
    expect(`${fault.message} ${fault.stack}`).not.toContain(secret.revealText(SecretAccess.granted));
  return fault;
};

/** Everything that an iteration gives. */
export const collect = async <Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> => {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
};
