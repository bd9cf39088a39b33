import type { LeaseView } from '@keyledger/contracts-vault';
import {
  type Clock,
  type CommandContext,
  commandHandler,
  deriveId,
  type EventStore,
  type LoadedStream,
  loadStream,
} from '@keyledger/event-sourcing';
import { type CommandReply, commandContextOf, type MessageContext, toActor } from '@keyledger/messaging';
import { setTimeout as sleep } from 'node:timers/promises';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import type { LeaseCommand } from '../../domain/lease/lease.messages.ts';
import { isLive, type KnownLease, type Lease, type LiveLease } from '../../domain/lease/lease.state.ts';
import { type LeaseAction, leaseDenial } from '../../domain/policies/lease-custody.policy.ts';
import type { AdvanceLease } from '../processes/lease.runner.ts';
import { leaseViewOf } from '../queries/lease-view.ts';
import { leaseRefusal } from './lease-refusals.ts';

export interface LeaseChangeDeps {
  readonly eventStore: EventStore;
  readonly clock: Clock;
  readonly advanceLease: AdvanceLease;
  /** Work that did not come to its end; somebody takes it up again. */
  readonly report: (leaseId: string, error: unknown) => void;
}

/** A no before anything is decided, with words of its own where those of the code say too little. */
export interface Obstacle<Code extends string> {
  readonly code: Code;
  readonly message?: string;
}

/** Who asks for what, and the id by which a repetition is known. */
export interface LeaseChange<Code extends string> {
  readonly operation: { readonly refusals: readonly Code[] };
  readonly action: LeaseAction;
  readonly input: { readonly leaseId: string; readonly idempotencyKey?: string | undefined };
  readonly caller: MessageContext;
}

type Reply<Code extends string> = CommandReply<LeaseView, Code>;

/** An answer is worth waiting for so long; what takes longer goes on behind it. */
const PATIENCE_MS = 3_000;

/** What is done to a lease belongs to the life of its request. */
export const contextFor = (
  lease: Pick<KnownLease, 'leaseId' | 'terms'>,
  caller: MessageContext,
  clock: Clock,
): CommandContext => ({
  ...commandContextOf(caller, clock()),
  correlationId: lease.terms.requestId ?? lease.leaseId,
});

/** Does what is to be done on a lease and waits for it a little; what is left is taken up by whoever finds it due. */
export const workOn = async (deps: LeaseChangeDeps, leaseId: string, context: CommandContext): Promise<void> => {
  const work = deps.advanceLease(leaseId, context).catch((error: unknown) => deps.report(leaseId, error));
  const stop = new AbortController();
  await Promise.race([work, sleep(PATIENCE_MS, undefined, { signal: stop.signal }).catch(() => undefined)]);
  stop.abort();
};

export const answerWith = async (
  { eventStore }: LeaseChangeDeps,
  leaseId: string,
  ignored?: string,
): Promise<Exclude<Reply<never>, { outcome: 'refused' }>> => {
  const { state } = await loadStream(eventStore, leases, leaseId);
  if (state.status === 'absent') throw new Error('A lease that was just changed is not there');
  const result = leaseViewOf(state);
  return ignored === undefined ? { outcome: 'accepted', result } : { outcome: 'ignored', because: ignored, result };
};

const isHandled = (state: Lease, changeId: string): state is LiveLease =>
  isLive(state) && state.handledIds.includes(changeId);

/**
 * Looks whether the caller may and whether it can be done, decides, and does it. `prepare` gives the command, or says why
 * not; a repetition is not looked at again, since what it found at first may be otherwise by now.
 */
export const changeLease = async <Code extends string>(
  deps: LeaseChangeDeps,
  { operation, action, input, caller }: LeaseChange<Code>,
  prepare: (lease: KnownLease, changeId: string, now: string) => LeaseCommand | Obstacle<Code>,
): Promise<Reply<Code>> => {
  const { leaseId, idempotencyKey } = input;
  const seen: LoadedStream<Lease> = await loadStream(deps.eventStore, leases, leaseId);
  const { state } = seen;
  const actor = toActor(caller.principal);
  if (state.status === 'absent') return leaseRefusal('lease-not-found', operation);
  const denial = leaseDenial(actor, action, state.terms.owner);
  if (denial !== undefined) return leaseRefusal(denial, operation);
  // The same key with another wish is another command: nobody believes that it was done.
  const repetition = idempotencyKey === undefined ? caller.messageId : JSON.stringify(input);
  const changeId = deriveId('lease-change', leaseId, actor.id, action, repetition);
  if (isHandled(state, changeId)) return answerWith(deps, leaseId, 'this was asked for');
  const prepared = prepare(state, changeId, deps.clock().toISOString());
  if ('code' in prepared) return leaseRefusal(prepared.code, operation, prepared.message);
  const context = contextFor(state, caller, deps.clock);
  const handled = await commandHandler(deps.eventStore, leases)(leaseId, prepared, context, seen);
  if (handled.outcome === 'refused') return leaseRefusal(handled.code, operation);
  await workOn(deps, leaseId, context);
  return answerWith(deps, leaseId, handled.outcome === 'ignored' ? handled.because : undefined);
};
