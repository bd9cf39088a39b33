import type { RecipientKey } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { type Clock, commandHandler, type EventStore, type LoadedStream } from '@keyledger/event-sourcing';
import { commandContextOf, type MessageContext } from '@keyledger/messaging';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { RevealSecret, SecretEvent, SecretRefusal } from '../../domain/secret/secret.messages.ts';
import { type Secret, versionOf } from '../../domain/secret/secret.state.ts';
import type { RecipientSealer } from '../ports/recipient-sealer.port.ts';
import { type SecretSealer, SecretUnreadable } from '../ports/secret-sealer.port.ts';
import { recordReadability } from './record-readability.ts';

export interface RecordedRevealDeps {
  readonly eventStore: EventStore;
  readonly sealer: SecretSealer;
  readonly recipients: RecipientSealer;
  readonly clock: Clock;
}

export interface SealedToRecipient {
  readonly jwe: string;
  readonly mask: string;
}

export type RevealAnswer =
  | Readonly<{ outcome: 'accepted'; result: SealedToRecipient }>
  | Readonly<{ outcome: 'ignored'; because: string; result: SealedToRecipient }>
  | Readonly<{ outcome: 'refused'; code: SecretRefusal | 'secret-unreadable' }>;

const isReveal = ({ type }: SecretEvent): boolean => type === 'SecretRevealed';

/**
 * The key is encrypted to the recipient first, then the reveal is recorded, and only then does the result leave this
 * function: a recorded reveal has happened, and what is not recorded is not revealed. When the record shows that somebody
 * else used the grant in between, the ciphertext is dropped. A repetition for the same recipient finds its record and is
 * answered again, so that an answer that was lost costs nobody their key. A secret that does not open is marked so.
 */
export const recordedReveal = ({ eventStore, sealer, recipients, clock }: RecordedRevealDeps) => {
  const handleSecret = commandHandler(eventStore, secrets);
  const noteReadability = recordReadability({ eventStore, clock });

  const encrypt = async (
    secret: Secret,
    command: RevealSecret,
    recipient: RecipientKey,
  ): Promise<SealedToRecipient | undefined> => {
    const decision = secrets.decider.decide(command, secret);
    const { secretId, version } = command.data;
    const stored = versionOf(secret, version);
    if (decision.outcome === 'refused') return undefined;
    if (decision.outcome === 'accepted' && !decision.events.some(isReveal)) return undefined;
    if (secret.status === 'absent' || stored === undefined) return undefined;
    using key = await sealer.open(stored.envelope, { secretId, version, owner: secret.owner });
    return { jwe: await recipients.seal(key, recipient), mask: stored.mask };
  };

  return async (
    command: RevealSecret,
    seen: LoadedStream<Secret>,
    recipient: RecipientKey,
    caller: MessageContext,
  ): Promise<RevealAnswer> => {
    const { state: secret } = seen;
    const { secretId, version } = command.data;
    const note = (isReadable: boolean) =>
      noteReadability({ secretId, version, isReadable }, 'reveal', caller.correlationId);
    let sealed: SealedToRecipient | undefined;
    try {
      sealed = await encrypt(secret, command, recipient);
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error;
      await note(false);
      return { outcome: 'refused', code: 'secret-unreadable' };
    }
    if (sealed !== undefined && versionOf(secret, version)?.isUnreadable === true) await note(true);
    assertAwaited(clock(), caller, 'the grant was not used');

    const handled = await handleSecret(command.data.secretId, command, commandContextOf(caller, clock()), seen);
    if (handled.outcome === 'refused') return handled;
    const event = handled.outcome === 'accepted' ? handled.events[0] : undefined;
    if (event?.type === 'RevealDenied') return { outcome: 'refused', code: event.data.reason };
    if (sealed === undefined) throw new Error('A reveal was recorded for a secret that was not opened');
    assertAwaited(clock(), caller, 'the same grant answers the same recipient again');
    return handled.outcome === 'ignored'
      ? { outcome: 'ignored', because: handled.because, result: sealed }
      : { outcome: 'accepted', result: sealed };
  };
};

/** What nobody waits for any more is not sent to wherever answers go by then. */
const assertAwaited = (now: Date, { deadlineAt }: MessageContext, hint: string): void => {
  if (now.getTime() > deadlineAt)
    throw new AppError('deadline-exceeded', `Nobody waits for this reveal any more; ${hint}`);
};
