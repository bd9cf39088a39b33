import type { EventStore } from '@keyledger/event-sourcing';
import type { KeyRing, WrappedKey } from '../ports/key-ring.port.ts';
import type { OpenMasterKeys } from '../ports/master-keys.port.ts';
import type { WrappedKeys } from '../ports/wrapped-keys.port.ts';
import { openedKey } from './opened-key.ts';
import { keptSubmissionKeys, walkSecrets } from './walk-secrets.ts';

/**
 * `present`: the key ring holds this key, and a master key opens it. `not-needed`: nothing that is kept was encrypted with
 * it, for example because it was shredded since. `unreadable`: no master key that there is opens the backup of it.
 * `different`: the key ring holds another key under this id, which opens and is left as it is.
 */
export type RestoreOutcome = 'restored' | 'replaced' | 'present' | 'not-needed' | 'unreadable' | 'different';

export interface RestoreDeps {
  readonly eventStore: EventStore;
  readonly keyRing: KeyRing;
  readonly wrappedKeys: Pick<WrappedKeys, 'rewrap'>;
  readonly masterKeys: OpenMasterKeys;
}

/**
 * Puts back what is missing or damaged, and nothing else: a key that opens is left as it is, since it may have been wrapped
 * anew after the backup, and what was shredded stays shredded. Repeating it is safe.
 */
export async function* restoreKeyRing(
  deps: RestoreDeps,
  backup: readonly WrappedKey[],
): AsyncIterable<{ readonly keyId: string; readonly outcome: RestoreOutcome }> {
  const needed = new Set<string>();
  for await (const { envelope } of walkSecrets(deps.eventStore)) needed.add(envelope.dataKeyId);
  for (const { envelope } of await keptSubmissionKeys(deps.eventStore)) needed.add(envelope.dataKeyId);
  for (const key of backup) {
    const isNeeded = key.purpose === 'fingerprint' || needed.has(key.keyId);
    yield { keyId: key.keyId, outcome: isNeeded ? await restoreOne(deps, key) : 'not-needed' };
  }
}

const restoreOne = async (deps: RestoreDeps, key: WrappedKey): Promise<RestoreOutcome> => {
  const stored = await deps.keyRing.find(key.keyId);
  const present = stored && (await openedKey(deps.masterKeys, stored));
  const backedUp = await openedKey(deps.masterKeys, key);
  if (present !== undefined) return backedUp === undefined || backedUp.equals(present) ? 'present' : 'different';
  if (backedUp === undefined) return 'unreadable';
  if (stored === undefined) {
    const { wrapped } = await deps.keyRing.findOrAdd(key); // beside another restoration
    return Buffer.from(wrapped).equals(key.wrapped) ? 'restored' : restoreOne(deps, key);
  }
  const change = { previous: stored, wrapped: key.wrapped };
  const changed = await deps.wrappedKeys.rewrap(key.masterKeyId, [change]);
  return changed.has(key.keyId) ? 'replaced' : restoreOne(deps, key);
};
