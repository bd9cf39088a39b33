import type { RecipientKey } from '@keyledger/contracts-vault';
import {
  type Clock,
  type CommandHandler,
  commandHandler,
  type EventStore,
  type LoadedStream,
  loadStream,
  type StreamMemory,
} from '@keyledger/event-sourcing';
import type { MessageContext } from '@keyledger/messaging';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { RevealSecret, SecretCommand, SecretEvent, SecretRefusal } from '../../domain/secret/secret.messages.ts';
import type { Secret } from '../../domain/secret/secret.state.ts';
import { inTurn } from '../in-turn.ts';
import type { RecipientSealer } from '../ports/recipient-sealer.port.ts';
import { type SecretSealer, SecretUnreadable } from '../ports/secret-sealer.port.ts';
import { recordReadability } from './record-readability.ts';
import { assertAwaited, isOutdated, revealContextOf, versionToOpen } from './reveal-steps.ts';

export interface RecordedRevealDeps {
  readonly eventStore: EventStore;
  readonly sealer: SecretSealer;
  readonly recipients: RecipientSealer;
  readonly clock: Clock;
}

/** One secret that somebody asks for. */
export interface Wish {
  readonly secretId: string;
  readonly recipientKey: RecipientKey;
  /** What is asked of the secret as it stands. */
  readonly commandOf: (secret: Secret) => Promise<RevealSecret>;
}

export interface SealedToRecipient {
  readonly jwe: string;
  readonly mask: string;
  readonly version: number;
}

export type RevealAnswer =
  | Readonly<{ outcome: 'accepted'; result: SealedToRecipient }>
  | Readonly<{ outcome: 'ignored'; because: string; result: SealedToRecipient }>
  | Readonly<{ outcome: 'refused'; code: SecretRefusal | 'secret-unreadable' }>;

type Handle = CommandHandler<Secret, SecretCommand, SecretEvent, SecretRefusal>;

/**
 * The secret is opened first, then the reveal is recorded, and only then does the result leave this function: a recorded reveal
 * has happened, and what is not recorded is not revealed. While the record is written the key is encrypted to its recipient,
 * whose public key was tried before; should the record fail, the ciphertext is dropped. A repetition for the same recipient
 * finds its record and is answered again, so that an answer that was lost costs nobody their key. A secret that does not open
 * is marked so.
 *
 * The first attempt goes by what the process remembers of the secret, and counts only when its record was appended behind the very
 * revision that is remembered: nothing has happened to the secret since. Whatever else comes of it is found out by reading.
 */
export const recordedReveal = (deps: RecordedRevealDeps, memory: StreamMemory<Secret>) => {
  const { eventStore, sealer, recipients, clock } = deps;
  const handle = commandHandler(eventStore, secrets);
  const handleOnce = commandHandler(eventStore, secrets, 1);
  const noteReadability = recordReadability({ eventStore, clock });

  const attempt = async (
    command: RevealSecret,
    seen: LoadedStream<Secret>,
    { recipientKey }: Wish,
    caller: MessageContext,
    append: Handle,
  ): Promise<RevealAnswer> => {
    const { secretId, version } = command.data;
    const wanted = versionToOpen(seen.state, command);
    const recipient = wanted === undefined ? undefined : recipients.recipientOf(recipientKey);
    using key = wanted && (await sealer.open(wanted.envelope, { secretId, version, owner: wanted.owner }));
    if (wanted?.isUnreadable === true)
      await noteReadability({ secretId, version, isReadable: true }, 'reveal', caller.correlationId);
    assertAwaited(clock(), caller, 'the grant was not used');

    const appending = append(secretId, command, revealContextOf(command, caller, clock()), seen);
    appending.catch(() => undefined); // awaited below, whatever happens in between
    await othersTurn(); // so that the append is on its way
    const jwe = key && recipient?.seal(key);
    const handled = await appending;
    memory.keep(secretId, handled);
    if (handled.outcome === 'refused') return handled;
    const event = handled.outcome === 'accepted' ? handled.events[0] : undefined;
    if (event?.type === 'RevealDenied') return { outcome: 'refused', code: event.data.reason };
    if (wanted === undefined || jwe === undefined)
      throw new Error('A reveal was recorded for a secret that was not opened');
    assertAwaited(clock(), caller, 'the same grant answers the same recipient again');
    const result = { jwe, mask: wanted.mask, version };
    return handled.outcome === 'ignored'
      ? { outcome: 'ignored', because: handled.because, result }
      : { outcome: 'accepted', result };
  };

  /** `undefined` when what is remembered is not enough to answer. */
  const byMemory = async (
    seen: LoadedStream<Secret>,
    wish: Wish,
    caller: MessageContext,
  ): Promise<RevealAnswer | undefined> => {
    const command = await wish.commandOf(seen.state);
    if (secrets.decider.decide(command, seen.state).outcome !== 'accepted') return undefined;
    try {
      return await attempt(command, seen, wish, caller, handleOnce);
    } catch (error) {
      if (error instanceof SecretUnreadable || isOutdated(error)) return undefined;
      throw error;
    }
  };

  const reveal = async (wish: Wish, caller: MessageContext): Promise<RevealAnswer> => {
    const remembered = memory.recall(wish.secretId);
    const early = remembered && (await byMemory(remembered, wish, caller));
    if (early !== undefined) return early;
    const seen = await loadStream(eventStore, secrets, wish.secretId, remembered);
    const command = await wish.commandOf(seen.state);
    try {
      return await attempt(command, seen, wish, caller, handle);
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error;
      const { secretId, version } = command.data;
      await noteReadability({ secretId, version, isReadable: false }, 'reveal', caller.correlationId);
      return { outcome: 'refused', code: 'secret-unreadable' };
    }
  };

  // Each reveal writes to the stream of its secret: many at once would only meet each other's records.
  const turn = inTurn();
  return (wish: Wish, caller: MessageContext): Promise<RevealAnswer> => turn(wish.secretId, () => reveal(wish, caller));
};
