import type { RevealSecret } from '@keyledger/contracts-vault';
import { loadStream } from '@keyledger/event-sourcing';
import { type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { RevealSecret as RevealSecretCommand } from '../../domain/secret/secret.messages.ts';
import type { Secret } from '../../domain/secret/secret.state.ts';
import { recordedReveal, type RecordedRevealDeps } from './recorded-reveal.ts';

type Input = InputOf<typeof RevealSecret>;
type Reply = ReplyOf<typeof RevealSecret>;
type Refusal = Extract<Reply, { outcome: 'refused' }>['code'];

const messages: Readonly<Record<Refusal, string>> = {
  'secret-not-found': 'There is no such secret or version',
  'secret-shredded': 'This secret or version is shredded; nothing can bring it back',
  'secret-unreadable': 'The secret cannot be opened; it has to be entered anew',
  'grant-used': 'This grant has been used; each is good for one reveal to one recipient',
  'not-permitted': 'The caller may not obtain this secret',
  'reason-missing': 'Say why, in ten characters or more',
};

const refused = (code: Refusal): Reply => ({ outcome: 'refused', code, message: messages[code] });

const isRefusal = (code: string): code is Refusal => code in messages;

/** Checkout and break-glass: a secret leaves the vault for a person, sealed to the key that the person's gateway named. */
export const revealSecretHandler = (deps: RecordedRevealDeps) => {
  const reveal = recordedReveal(deps);
  const { eventStore, sealer, recipients, clock } = deps;

  return async (input: Input, caller: MessageContext): Promise<Reply> => {
    sealer.assertUnsealed();
    const { state: secret } = await loadStream(eventStore, secrets, input.secretId);
    const command = commandOf(input, caller, secret, recipients.thumbprintOf(input.recipientKey), clock());
    const answer = await reveal(command, secret, input.recipientKey, caller);
    if (answer.outcome !== 'refused') return { ...answer, result: { ...answer.result, version: command.data.version } };
    if (!isRefusal(answer.code)) throw new Error(`A reveal was refused for a reason of its own: ${answer.code}`);
    return refused(answer.code);
  };
};

const commandOf = (
  { secretId, version, grantId, purpose, reason }: Input,
  { principal, messageId }: MessageContext,
  secret: Secret,
  recipient: string,
  now: Date,
): RevealSecretCommand => ({
  type: 'RevealSecret',
  data: {
    secretId,
    version: version ?? (secret.status === 'absent' ? 1 : secret.current),
    caller: toActor(principal),
    attemptId: messageId,
    grantId,
    purpose,
    recipient,
    ...(reason === undefined ? {} : { reason }),
    now: now.toISOString(),
  },
});
