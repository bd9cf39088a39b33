import type { RecipientKey, RevealLease } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { type Clock, commandHandler, type EventStore, loadStream } from '@keyledger/event-sourcing';
import { commandContextOf, type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import type { Lease } from '../../domain/lease/lease.state.ts';
import { mayReveal } from '../../domain/policies/reveal.policy.ts';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { RevealSecret, SecretEvent } from '../../domain/secret/secret.messages.ts';
import { type Secret, versionOf } from '../../domain/secret/secret.state.ts';
import type { RecipientSealer } from '../ports/recipient-sealer.port.ts';
import type { SecretSealer } from '../ports/secret-sealer.port.ts';

type Input = InputOf<typeof RevealLease>;
type Reply = ReplyOf<typeof RevealLease>;
type Refusal = Extract<Reply, { outcome: 'refused' }>['code'];

export interface RevealLeaseDeps {
  readonly eventStore: EventStore;
  readonly sealer: SecretSealer;
  readonly recipients: RecipientSealer;
  readonly clock: Clock;
}

const messages: Readonly<Record<Refusal, string>> = {
  'lease-not-found': 'There is no such lease',
  'lease-not-issued': 'The lease has no key yet',
  'grant-used': 'This grant has been used for another recipient; each is good for one reveal',
  'not-permitted': 'The caller may not obtain this key',
};

const refused = (code: Refusal): Reply => ({ outcome: 'refused', code, message: messages[code] });

/**
 * The key is encrypted to the recipient first, then the reveal is recorded, and only then does the result leave this
 * function: a recorded reveal has happened, and what is not recorded is not revealed. When the record shows that somebody
 * else used the grant in between, the ciphertext is dropped. A repetition for the same recipient finds its record and is
 * answered again, so that an answer that was lost costs nobody their key.
 */
export const revealLeaseHandler = ({ eventStore, sealer, recipients, clock }: RevealLeaseDeps) => {
  const handleSecret = commandHandler(eventStore, secrets);

  const encrypt = async (
    secret: Secret,
    command: RevealSecret,
    recipient: RecipientKey,
  ): Promise<Sealed | undefined> => {
    const decision = secrets.decider.decide(command, secret);
    const { secretId, version } = command.data;
    const stored = versionOf(secret, version);
    if (decision.outcome === 'refused') return undefined;
    if (decision.outcome === 'accepted' && !decision.events.some(isReveal)) return undefined;
    if (secret.status === 'absent' || stored === undefined) return undefined;
    using key = await sealer.open(stored.envelope, { secretId, version, owner: secret.owner });
    return { jwe: await recipients.seal(key, recipient), mask: stored.mask };
  };

  return async (input: Input, caller: MessageContext): Promise<Reply> => {
    sealer.assertUnsealed();
    const { state: lease } = await loadStream(eventStore, leases, input.leaseId);
    const obstacle = obstacleOf(lease);
    if (obstacle !== undefined && mayReveal(toActor(caller.principal), input.purpose)) return refused(obstacle);
    const command = commandOf(input, caller, lease, recipients.thumbprintOf(input.recipientKey), clock());
    const { state: secret } = await loadStream(eventStore, secrets, input.leaseId);
    const sealed = await encrypt(secret, command, input.recipientKey);
    if (clock().getTime() > caller.deadlineAt)
      throw new AppError('deadline-exceeded', 'Nobody waits for this reveal any more; the grant was not used');

    const handled = await handleSecret(input.leaseId, command, commandContextOf(caller, clock()));
    if (handled.outcome === 'refused') return refused(refusalOf(handled.code));
    const event = handled.outcome === 'accepted' ? handled.events[0] : undefined;
    if (event?.type === 'RevealDenied') return refused(event.data.reason);
    if (sealed === undefined) throw new Error('A reveal was recorded for a secret that was not opened');
    return handled.outcome === 'ignored'
      ? { outcome: 'ignored', because: handled.because, result: sealed }
      : { outcome: 'accepted', result: sealed };
  };
};

interface Sealed {
  readonly jwe: string;
  readonly mask: string;
}

const isReveal = ({ type }: SecretEvent): boolean => type === 'SecretRevealed';

const obstacleOf = ({ status }: Lease): Refusal | undefined => {
  if (status === 'absent') return 'lease-not-found';
  return status === 'issued' ? undefined : 'lease-not-issued';
};

const refusalOf = (code: string): Refusal =>
  code === 'grant-used' || code === 'not-permitted' ? code : 'lease-not-issued';

const commandOf = (
  { leaseId, grantId, purpose }: Input,
  { principal, messageId }: MessageContext,
  lease: Lease,
  recipient: string,
  now: Date,
): RevealSecret => ({
  type: 'RevealSecret',
  data: {
    secretId: leaseId,
    version: lease.status === 'absent' ? 1 : lease.generation,
    caller: toActor(principal),
    attemptId: messageId,
    grantId,
    purpose,
    recipient,
    ...(lease.status === 'absent' ? {} : { requestId: lease.terms.requestId }),
    now: now.toISOString(),
  },
});
