import type { RevealSecret } from '@keyledger/contracts-vault';
import { type EventStore, loadStream, type StreamMemory } from '@keyledger/event-sourcing';
import { type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import { CHECKOUT } from '../../domain/lease/lease.terms.ts';
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
export const revealSecretHandler = (deps: RecordedRevealDeps, memory: StreamMemory<Secret>) => {
  const reveal = recordedReveal(deps, memory);
  const { eventStore, sealer, recipients, clock } = deps;

  return async (input: Input, caller: MessageContext): Promise<Reply> => {
    sealer.assertUnsealed();
    const { secretId, recipientKey } = input;
    const recipient = recipients.thumbprintOf(recipientKey);
    const commandOf = async (secret: Secret): Promise<RevealSecretCommand> =>
      commandFor(input, caller, secret, recipient, clock(), await heldVersion(eventStore, input, secret));
    const answer = await reveal({ secretId, recipientKey, commandOf }, caller);
    if (answer.outcome !== 'refused') return answer;
    if (!isRefusal(answer.code)) throw new Error(`A reveal was refused for a reason of its own: ${answer.code}`);
    return refused(answer.code);
  };
};

/**
 * The version that is held for the owner of a lease whose key nobody delivers: that of the key that counts, and nothing
 * while it is suspended or at its end.
 */
const heldVersion = async (
  eventStore: EventStore,
  { secretId, purpose }: Input,
  secret: Secret,
): Promise<number | undefined> => {
  if (purpose !== 'checkout' || secret.status === 'absent' || secret.origin !== 'issued') return undefined;
  const { state: lease } = await loadStream(eventStore, leases, secretId);
  return lease.status === 'issued' && lease.terms.delivery.channel === CHECKOUT ? lease.key.version : undefined;
};

const commandFor = (
  { secretId, version, grantId, purpose, reason }: Input,
  { principal, messageId }: MessageContext,
  secret: Secret,
  recipient: string,
  now: Date,
  held: number | undefined,
): RevealSecretCommand => ({
  type: 'RevealSecret',
  data: {
    secretId,
    version: version ?? held ?? (secret.status === 'absent' ? 1 : secret.current),
    ...(held === undefined ? {} : { isHeldForOwner: version === undefined || version === held }),
    caller: toActor(principal),
    attemptId: messageId,
    grantId,
    purpose,
    recipient,
    ...(reason === undefined ? {} : { reason }),
    now: now.toISOString(),
  },
});
