import { AppError, isAppError } from '@keyledger/errors';
import { type CommandContext, deriveSequentialId } from '@keyledger/event-sourcing';
import { commandContextOf, type MessageContext } from '@keyledger/messaging';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { RevealSecret } from '../../domain/secret/secret.messages.ts';
import { type Secret, type SealedVersion, versionOf } from '../../domain/secret/secret.state.ts';

export interface WantedVersion extends SealedVersion {
  readonly owner: string;
}

/** What the command would reveal of the secret as it stands; `undefined` when it reveals nothing. */
export const versionToOpen = (secret: Secret, command: RevealSecret): WantedVersion | undefined => {
  const decision = secrets.decider.decide(command, secret);
  const stored = versionOf(secret, command.data.version);
  if (secret.status === 'absent' || stored === undefined || decision.outcome === 'refused') return undefined;
  if (decision.outcome === 'accepted' && !decision.events.some(({ type }) => type === 'SecretRevealed'))
    return undefined;
  return { ...stored, owner: secret.owner };
};

/**
 * The id of the command is that of the message and of everything that its record says: two requests that differ in grant or
 * recipient never pass for a repetition of one another, whatever id their messages have.
 */
export const revealContextOf = (
  { data: { version, grantId, purpose, recipient } }: RevealSecret,
  caller: MessageContext,
  now: Date,
): CommandContext => ({
  ...commandContextOf(caller, now),
  commandId: deriveSequentialId(caller.messageId, 'reveal', version, grantId, purpose, recipient),
});

/** The stream is not where it was believed to be: a conflict, or the append of an earlier delivery of the same message. */
export const isOutdated = (error: unknown): boolean =>
  isAppError(error, 'revision-conflict') || isAppError(error, 'append-overlap');

/** What nobody waits for any more is not sent to wherever answers go by then. */
export const assertAwaited = (now: Date, { deadlineAt }: MessageContext, hint: string): void => {
  if (now.getTime() > deadlineAt)
    throw new AppError('deadline-exceeded', `Nobody waits for this reveal any more; ${hint}`);
};
