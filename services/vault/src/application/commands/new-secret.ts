import { commandHandler, deriveSequentialId } from '@keyledger/event-sourcing';
import { commandContextOf, type MessageContext, toActor } from '@keyledger/messaging';
import type { Connection } from '../../domain/providers/connection.ts';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { SealedSecret } from '../ports/secret-sealer.port.ts';
import { viewAfter } from '../projections/secrets.projection.ts';
import { secretViews } from '../queries/secret.query.ts';
import type { ChangedSecret, SecretChangeDeps } from './secret-change.ts';

export interface NewSecret {
  readonly secretId: string;
  readonly owner: string;
  readonly label: string;
  readonly connection?: Connection;
}

/** A new stream is expected, so none is read; where there is one, that is a conflict, and its state decides. */
const unwritten = { state: secrets.decider.initialState, expected: 'no-stream' } as const;

/**
 * Records secrets that were just sealed. The id of the command is that of the message and of the ciphertext: a repetition brings
 * another ciphertext, so the store does not take it for the same append, and the decider says what it is.
 */
export const newSecrets = ({ eventStore, clock }: SecretChangeDeps) => {
  const handle = commandHandler(eventStore, secrets);
  const viewOf = secretViews(eventStore);
  return async (
    wanted: NewSecret,
    { envelope, mask, fingerprint }: SealedSecret,
    caller: MessageContext,
  ): Promise<ChangedSecret> => {
    const { secretId } = wanted;
    const now = clock();
    const sealed = { envelope, mask, fingerprint, now: now.toISOString() };
    const data = { ...wanted, caller: toActor(caller.principal), ...sealed };
    const commandId = deriveSequentialId(caller.messageId, envelope.dataKeyId);
    const context = { ...commandContextOf(caller, now), commandId };
    const handled = await handle(secretId, { type: 'SubmitSecret', data }, context, unwritten);
    if (handled.outcome === 'refused') return handled;
    const [event] = handled.outcome === 'accepted' ? handled.events : [];
    const result = event === undefined ? await viewOf(secretId) : viewAfter(undefined, event);
    if (result === undefined) throw new Error('A secret that was just sealed is not there');
    return handled.outcome === 'ignored'
      ? { outcome: 'ignored', because: handled.because, result }
      : { outcome: 'accepted', result };
  };
};
