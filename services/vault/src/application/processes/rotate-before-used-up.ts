import type { Clock } from '@keyledger/event-sourcing';
import { ownContext } from '../own-context.ts';
import type { RotateMasterKeyFunction } from '../commands/rotate-master-key.ts';
import type { MasterKeyUses } from '../ports/master-key-uses.port.ts';
import type { OpenMasterKeys } from '../ports/master-keys.port.ts';
import { MOST_USES } from './counted-master-key.ts';
import type { SealStatus } from './unsealing.ts';

/** Early enough that every data key can be wrapped anew, by this key's successor, before this one may wrap no more. */
export const ROTATE_AFTER_USES = MOST_USES / 2;

export interface RotateBeforeUsedUpDeps {
  readonly uses: Pick<MasterKeyUses, 'counts'>;
  readonly masterKeys: OpenMasterKeys;
  readonly sealStatus: () => SealStatus;
  readonly rotate: RotateMasterKeyFunction;
  readonly clock: Clock;
}

/** Rotates the master key that writes when it has wrapped half of what a key may. */
export const rotateBeforeUsedUp =
  ({ uses, masterKeys, sealStatus, rotate, clock }: RotateBeforeUsedUpDeps) =>
  async (): Promise<void> => {
    if (sealStatus().isSealed) return;
    const used = (await uses.counts()).get(masterKeys.active().id) ?? 0;
    if (used >= ROTATE_AFTER_USES) await rotate('uses', ownContext(clock()));
  };
