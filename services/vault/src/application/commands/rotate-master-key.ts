import { AppError } from '@keyledger/errors';
import { type CommandContext, commandHandler, deriveId, type EventStore, loadStream } from '@keyledger/event-sourcing';
import { MASTER_KEYS, masterKeys } from '../../domain/master-key/master-key.decider.ts';
import type { RotationReason } from '../../domain/master-key/master-key.messages.ts';
import type { MasterKeySource } from '../ports/master-key.port.ts';
import type { Unsealing } from '../processes/unsealing.ts';

export interface RotateMasterKeyDeps {
  readonly eventStore: EventStore;
  /** Makes the new key: another source than that of the old key moves everything there. */
  readonly source: MasterKeySource;
  readonly unsealing: Unsealing;
}

/**
 * Makes a new master key, which writes from now on; what the others wrap is wrapped anew in the background. Throws `sealed`
 * when the source gives no key, or when this vault cannot open what is to be wrapped anew. The ids follow from the command,
 * so that a repetition is the same rotation.
 */
export const rotateMasterKey =
  ({ eventStore, source, unsealing }: RotateMasterKeyDeps) =>
  async (reason: RotationReason, context: CommandContext) => {
    const seen = await loadStream(eventStore, masterKeys, MASTER_KEYS);
    const status = await unsealing.attempt();
    if (status.isSealed && seen.state.active !== undefined)
      throw new AppError('sealed', `The vault cannot open what is to be wrapped anew. ${status.reason}`);
    const masterKeyId = deriveId('master-key', context.commandId);
    const made = await source.create(masterKeyId);
    const { parameters } = made;
    const rotationId = deriveId('master-key-rotation', context.commandId);
    const data = { masterKeyId, rotationId, parameters, reason, now: context.occurredAt };
    const rotated = await commandHandler(eventStore, masterKeys)(
      MASTER_KEYS,
      { type: 'RotateMasterKey', data },
      context,
      seen,
    );
    if (rotated.outcome === 'accepted') unsealing.offer(made);
    await unsealing.attempt();
    return rotated;
  };

export type RotateMasterKeyFunction = ReturnType<typeof rotateMasterKey>;
