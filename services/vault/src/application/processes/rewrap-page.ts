import { setTimeout as sleep } from 'node:timers/promises';
import type { WrappedKey } from '../ports/key-ring.port.ts';
import type { MasterKey } from '../ports/master-key.port.ts';
import type { OpenMasterKeys } from '../ports/master-keys.port.ts';
import { SecretUnreadable } from '../ports/secret-sealer.port.ts';
import type { Rewrapping, WrappedKeys } from '../ports/wrapped-keys.port.ts';

/** Data keys that are wrapped anew in one step: few enough that nobody waits for the processor, or for a row. */
const PAGE = 50;
/**
 * How long it rests after each page, as a multiple of the time that the page took: most of processor and disk belongs to
 * those who wait for a secret, however slow the machine.
 */
const REST = 2;

export interface RewrapPageDeps {
  readonly wrappedKeys: WrappedKeys;
  readonly masterKeys: OpenMasterKeys;
  /** A key that no master key opens. */
  readonly onUnreadable: (keyId: string, error: SecretUnreadable) => void;
}

/** Wraps a page of data keys with `target`, all in one step, and rests. Answers the ids of those that no master key opens; they stay as they are. */
export const rewrapPage =
  ({ wrappedKeys, masterKeys, onUnreadable }: RewrapPageDeps) =>
  async (page: readonly WrappedKey[], target: MasterKey): Promise<readonly string[]> => {
    const startedAt = performance.now();
    const changes: Rewrapping[] = [];
    const unreadable: string[] = [];
    for (const previous of page)
      try {
        changes.push(await wrappedAnew(masterKeys, previous, target));
      } catch (error) {
        if (!(error instanceof SecretUnreadable)) throw error;
        onUnreadable(previous.keyId, error);
        unreadable.push(previous.keyId);
      }
    if (changes.length > 0) await wrappedKeys.rewrap(target.id, changes);
    await sleep(REST * (performance.now() - startedAt));
    return unreadable;
  };

const wrappedAnew = async (
  masterKeys: OpenMasterKeys,
  previous: WrappedKey,
  target: MasterKey,
): Promise<Rewrapping> => {
  const masterKey = await masterKeys.find(previous.masterKeyId);
  if (masterKey === undefined) throw new SecretUnreadable();
  const dataKey = await masterKey.unwrap(previous.wrapped, previous);
  return { previous, wrapped: await target.wrap(dataKey, previous) };
};

export async function* pagesWrappedBy(
  wrappedKeys: WrappedKeys,
  masterKeyId: string,
): AsyncIterable<readonly WrappedKey[]> {
  let after: string | undefined;
  for (;;) {
    const page = await wrappedKeys.wrappedBy(masterKeyId, { after, limit: PAGE });
    if (page.length > 0) yield page;
    after = page.at(-1)?.keyId;
    if (page.length < PAGE) return;
  }
}
