import { type Clock, commandHandler, type EventStore, loadStream } from '@keyledger/event-sourcing';
import { holdKey } from '../../../application/held-keys.ts';
import { ownContext } from '../../../application/own-context.ts';
import type { IssuerFrom } from '../../../application/ports/issuer.port.ts';
import type { KeyLabels } from '../../../application/ports/issuer-keys.ts';
import { secret as secrets } from '../../../domain/secret/secret.decider.ts';
import type { KeptSecret } from '../../../domain/secret/secret.state.ts';
import { isFree, stock } from '../../../domain/stock/stock.decider.ts';
import type { StockValue } from '../../../domain/stock/stock.messages.ts';
import { takenBy } from '../../../domain/stock/stock.state.ts';
import { configuredModels } from '../configured-models.ts';

export interface StaticOptions {
  readonly name: string;
  readonly gatewayUrl: string;
  readonly models: readonly string[];
  /** Secrets that people handed in, in the order in which they are handed out. */
  readonly secretIds: readonly string[];
  /** Whether several leases may hold one value. */
  readonly isShared: boolean;
  readonly eventStore: EventStore;
  readonly clock: Clock;
}

/** A value, not a secret: when the secret is replaced, its value is another key. */
const keyIdOf = ({ secretId, version }: Pick<StockValue, 'secretId' | 'version'>): string => `${secretId}.${version}`;

/**
 * Hands out keys that somebody stored. Nobody here can end them at their provider: a key counts as ended when its value was
 * replaced or shredded, which whoever does it does together with ending it there. The vault enforces the rest.
 */
export const staticIssuer = (options: StaticOptions): IssuerFrom<'stock'> => {
  const { name, gatewayUrl, models, secretIds, isShared, eventStore, clock } = options;
  const handle = commandHandler(eventStore, stock);
  const hold = holdKey({ eventStore, clock });

  /** What is kept for the lease of a request is no stock, whoever lists its id. */
  const stored = async (secretId: string): Promise<KeptSecret | undefined> => {
    const { state } = await loadStream(eventStore, secrets, secretId);
    return state.status === 'sealed' && state.origin === 'submitted' && secretIds.includes(secretId)
      ? state
      : undefined;
  };

  /** The version that counts, unless it was shredded or does not open. */
  const valueOf = async (secretId: string): Promise<StockValue | undefined> => {
    const secret = await stored(secretId);
    const version = secret?.versions[secret.current - 1];
    if (secret === undefined || version === undefined) return undefined;
    if (secret.isShredded || version.isShredded || version.isUnreadable) return undefined;
    return { secretId, version: secret.current, fingerprint: version.fingerprint };
  };

  /**
   * What may go to this key of a lease. A value of a pool is held for it first, so that no other pool that lists it, and no
   * custodian, gives it to somebody else.
   */
  const offered = async ({ leaseId, generation }: KeyLabels): Promise<readonly StockValue[]> => {
    const values = (await Promise.all(secretIds.map(valueOf))).filter((value) => value !== undefined);
    if (isShared) return values;
    const { state } = await loadStream(eventStore, stock, name);
    if (takenBy(state, leaseId, generation) !== undefined) return [];
    for (const value of values)
      if (
        isFree(state, value, { leaseId, isShared }) &&
        (await hold(value.fingerprint, { issuer: name, leaseId, generation }))
      )
        return [value];
    return [];
  };

  const isLive = async (issuerKeyId: string): Promise<boolean> => {
    const [secretId = '', number = ''] = issuerKeyId.split('.');
    const secret = await stored(secretId);
    const version = secret?.versions[Number(number) - 1];
    if (secret === undefined || version === undefined || secret.isShredded) return false;
    return secret.versions[secret.current - 1]?.fingerprint === version.fingerprint;
  };

  return {
    name,
    gatewayUrl,
    enforces: [],
    keysFrom: 'stock',
    keys: {
      take: async (labels) => {
        const { leaseId, generation } = labels;
        const values = await offered(labels);
        const now = clock().toISOString();
        const data = { issuer: name, leaseId, generation, values, isShared, now };
        const { outcome, state } = await handle(name, { type: 'TakeFromStock', data }, ownContext(clock(), leaseId));
        const taken = takenBy(state, leaseId, generation);
        if (outcome === 'refused' || taken === undefined) return { outcome: 'exhausted' };
        const { secretId, version } = taken;
        return { outcome: 'taken', issuerKeyId: keyIdOf(taken), secretId, version };
      },
    },
    lookup: async (issuerKeyId) => ((await isLive(issuerKeyId)) ? { issuerKeyId } : undefined),
    revoke: async (issuerKeyId) => ((await isLive(issuerKeyId)) ? 'by-hand' : 'revoked'),
    listModels: async () => configuredModels(models),
  };
};
