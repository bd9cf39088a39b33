import { type SubmitKeyRequest, unguessableKeySchema } from '@keyledger/contracts-approval';
import { AppError } from '@keyledger/errors';
import {
  type Clock,
  type CommandContext,
  deriveId,
  deriveSequentialId,
  type EventStore,
  type LoadedStream,
} from '@keyledger/event-sourcing';
import type { InputOf, MessageContext, Principal } from '@keyledger/messaging';
import { canonicalEmail, type KeyRequest } from '../../domain/key-request/key-request.state.ts';
import { sameTerms } from '../../domain/key-request/terms.ts';
import type { ClaimCodes } from '../claim-codes.ts';
import { contextOf, type Handler, refusals } from '../operation-handler.ts';
import { mayKnowWhatIsOpen, maySubmitFor } from '../principals.ts';
import { slotKeeper, type SlotView } from './slot-keeper.ts';
import { type Asked, type SubmissionReply, submissionsIn } from './submissions.ts';

export interface SubmitDeps {
  readonly eventStore: EventStore;
  readonly claimCodes: ClaimCodes;
  readonly clock: Clock;
}

const refused = refusals({
  'idempotency-key-reused': 'This idempotency key was used for a request with other terms; use a new one',
  'not-your-address': 'A key can be requested for your own address only',
});

/** Rounds before a submission gives up on a pair that others keep taking and giving back. */
const MAX_ROUNDS = 8;

/**
 * Takes the slot of the pair, then submits. The slot is what concurrent askers race for; what a writer that died in
 * between left behind is finished by the next one who asks.
 */
export const submitKeyRequest = ({ eventStore, claimCodes, clock }: SubmitDeps): Handler<typeof SubmitKeyRequest> => {
  const slots = slotKeeper(eventStore);
  const submissions = submissionsIn(eventStore, claimCodes);

  const throughSlot = async (
    requestId: string,
    asked: Asked,
    seen: SlotView,
    context: CommandContext,
    own: LoadedStream<KeyRequest> | undefined,
  ): Promise<SubmissionReply | undefined> => {
    const { holder } = seen;
    if (holder.status === 'open') return submissions.ignored(holder.request, asked);
    if (holder.status === 'unsubmitted') return submissions.submit(holder.requestId, asked, context);
    const turn = await slots.take(asked.terms, requestId, 'submission', seen, context);
    return turn === undefined ? undefined : submissions.submit(requestId, asked, context, own);
  };

  return async (input, caller) => {
    assertUnguessable(input, caller);
    const asked = askedFor(input, caller);
    if (!maySubmitFor(caller.principal, asked.terms.email)) return refused('not-your-address');
    let requestId = firstId(input, caller);
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const context = roundContext(contextOf(caller, requestId, clock()), round);
      const [own, slot] = await Promise.all([submissions.look(requestId), slots.look(asked.terms, context)]);
      const { state: earlier } = own;
      const isFree = earlier.status === 'absent';
      if (!isFree && submissions.isFrom(earlier, asked.submission)) {
        if (!sameTerms(earlier.terms, asked.terms)) return refused('idempotency-key-reused');
        return submissions.ignored(earlier, asked);
      }
      // The id went to another asker, who finished what an earlier try of this one had begun.
      if (!isFree) requestId = deriveSequentialId(caller.messageId, 'keyRequest', round);
      const ownContext = { ...context, correlationId: requestId };
      const reply = await throughSlot(requestId, asked, slot, ownContext, isFree ? own : undefined);
      if (reply !== undefined) return reply;
    }
    throw new AppError('revision-conflict', 'Others keep asking for the same key; try again');
  };
};

/** The key opens the way to the claim code: of those who proved nothing else it must be worth something. */
const assertUnguessable = (
  { idempotencyKey }: InputOf<typeof SubmitKeyRequest>,
  { principal }: MessageContext,
): void => {
  if (idempotencyKey === undefined || principal.proof !== 'address') return;
  if (!unguessableKeySchema.safeParse(idempotencyKey).success)
    throw new AppError('malformed', 'An idempotency key must be a random text of 16 characters or more');
};

const askedFor = (
  { idempotencyKey, ...terms }: InputOf<typeof SubmitKeyRequest>,
  { principal, messageId }: MessageContext,
): Asked => ({
  terms,
  submittedBy: principal.id,
  submission: { submitter: submitterOf(principal), key: idempotencyKey ?? messageId },
  mayKnowWhatIsOpen: mayKnowWhatIsOpen(principal),
});

/** The same for each repetition: by the client's key, or by the id of the message. */
const firstId = ({ idempotencyKey }: InputOf<typeof SubmitKeyRequest>, { principal, messageId }: MessageContext) =>
  idempotencyKey === undefined
    ? deriveSequentialId(messageId, 'keyRequest')
    : deriveId('keyRequest', submitterOf(principal), idempotencyKey);

/** Who typed an address is somebody else than who proved to own it. */
const submitterOf = ({ proof, id }: Principal): string => `${proof}:${canonicalEmail(id)}`;

/** Each round may write to the slot, and each write needs event ids of its own. */
const roundContext = (context: CommandContext, round: number): CommandContext =>
  round === 0 ? context : { ...context, commandId: deriveSequentialId(context.commandId, 'round', round) };
