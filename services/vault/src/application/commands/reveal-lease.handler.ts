import type { RevealLease } from '@keyledger/contracts-vault';
import { loadStream, streamMemory } from '@keyledger/event-sourcing';
import { type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import type { Lease } from '../../domain/lease/lease.state.ts';
import { denialOf } from '../../domain/policies/reveal.policy.ts';
import type { RevealSecret } from '../../domain/secret/secret.messages.ts';
import { recordedReveal, type RecordedRevealDeps } from './recorded-reveal.ts';

type Input = InputOf<typeof RevealLease>;
type Reply = ReplyOf<typeof RevealLease>;
type Refusal = Extract<Reply, { outcome: 'refused' }>['code'];

const messages: Readonly<Record<Refusal, string>> = {
  'lease-not-found': 'There is no such lease',
  'lease-not-issued': 'The lease has no key yet',
  'lease-suspended': 'The lease is suspended',
  'lease-ended': 'The lease was revoked or has expired',
  'key-superseded': 'The lease has a newer key',
  'grant-used': 'This grant has been used for another recipient; each is good for one reveal',
  'not-permitted': 'The caller may not obtain this key',
  'secret-unreadable': 'The key cannot be opened; it has to be issued anew',
};

const refused = (code: Refusal): Reply => ({ outcome: 'refused', code, message: messages[code] });

/** The key of a lease, for delivery. */
export const revealLeaseHandler = (deps: RecordedRevealDeps) => {
  const reveal = recordedReveal(deps, streamMemory(0));
  const { eventStore, sealer, recipients, clock } = deps;

  return async (input: Input, caller: MessageContext): Promise<Reply> => {
    sealer.assertUnsealed();
    const { state: lease } = await loadStream(eventStore, leases, input.leaseId);
    const obstacle = obstacleOf(lease, input.generation);
    const asked = { caller: toActor(caller.principal), purpose: input.purpose };
    if (obstacle !== undefined && denialOf(asked) === undefined) return refused(obstacle);
    const command = commandOf(input, caller, lease, recipients.thumbprintOf(input.recipientKey), clock());
    const wish = { secretId: input.leaseId, recipientKey: input.recipientKey, commandOf: async () => command };
    const answer = await reveal(wish, caller);
    if (answer.outcome === 'refused') return refused(refusalOf(answer.code));
    const { jwe, mask } = answer.result;
    return { ...answer, result: { jwe, mask } };
  };
};

/** Whoever was told of a key before a rotation is not the one who gets its successor: that may be why it was rotated. */
const obstacleOf = (lease: Lease, wanted: number | undefined): Refusal | undefined => {
  switch (lease.status) {
    case 'issued':
      return wanted === undefined || wanted === lease.generation ? undefined : 'key-superseded';
    case 'absent':
      return 'lease-not-found';
    case 'started':
    case 'failed':
      return 'lease-not-issued';
    case 'suspended':
      return 'lease-suspended';
    case 'ending':
    case 'ended':
      return 'lease-ended';
  }
};

const refusalOf = (code: string): Refusal =>
  code === 'grant-used' || code === 'not-permitted' || code === 'secret-unreadable' ? code : 'lease-not-issued';

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
    version: lease.status === 'absent' ? 1 : (lease.key?.version ?? lease.generation),
    caller: toActor(principal),
    attemptId: messageId,
    grantId,
    purpose,
    recipient,
    ...(lease.status === 'absent' || lease.terms.requestId === undefined ? {} : { requestId: lease.terms.requestId }),
    ...(lease.status === 'absent' ? {} : { generation: lease.generation }),
    now: now.toISOString(),
  },
});
