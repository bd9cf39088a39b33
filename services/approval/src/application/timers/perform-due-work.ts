import { isTransient } from '@keyledger/errors';
import {
  type Clock,
  type CommandContext,
  commandHandler,
  deriveSequentialId,
  type EventStore,
} from '@keyledger/event-sourcing';
import { servicePrincipal, toActor } from '@keyledger/messaging';
import { keyRequests } from '../approval-streams.ts';
import type { EvaluateKeyRequest } from '../commands/evaluate-key-request.handler.ts';
import type { DueItem, DueWork } from '../ports/due-work.port.ts';

export interface DueWorkDeps {
  readonly dueWork: DueWork;
  readonly eventStore: EventStore;
  readonly evaluate: EvaluateKeyRequest;
  readonly clock: Clock;
  /**
   * Told of an item that could not be done. After a transient fault it comes back soon, after a defect when its claim has
   * run out.
   */
  readonly onError: (item: DueItem, error: unknown) => void;
}

/** Longer than the slowest item takes: a webhook, and a few appends. */
const CLAIM_MS = 120_000;
/** A store that was away for a moment must not cost a request the rest of a claim. */
const PAUSE_AFTER_FAULT_MS = 2_000;
const BATCH = 20;

/** Does what is due now and says how many items there were. Several replicas may do this at the same time. */
export const performDueWork = (deps: DueWorkDeps): (() => Promise<number>) => {
  const perform = performer(deps);
  return async () => {
    const items = await deps.dueWork.claim(deps.clock(), BATCH, CLAIM_MS);
    await Promise.all(
      items.map(async (item) => {
        try {
          await perform(item);
        } catch (error) {
          if (isTransient(error)) await giveBack(deps, item);
          deps.onError(item, error);
        }
      }),
    );
    return items.length;
  };
};

const giveBack = async ({ dueWork, clock }: DueWorkDeps, item: DueItem): Promise<void> => {
  const at = new Date(clock().getTime() + PAUSE_AFTER_FAULT_MS);
  await dueWork.giveBack(item, at).catch(() => undefined); // the claim runs out
};

const performer = ({ eventStore, evaluate, clock }: DueWorkDeps) => {
  const handle = commandHandler(eventStore, keyRequests);
  return async (item: DueItem): Promise<void> => {
    const context = contextOf(item, clock());
    if (item.kind === 'evaluate') return evaluate(item.requestId, item.attempt, context);
    await handle(item.requestId, { type: 'ExpireKeyRequest', data: { now: context.occurredAt } }, context);
  };
};

/** Follows from the event that set the timer, so that a second try is recognised. */
const contextOf = ({ causedBy, kind, requestId, traceparent }: DueItem, now: Date): CommandContext => ({
  commandId: deriveSequentialId(causedBy, 'due', kind),
  actor: toActor(servicePrincipal('approval')),
  correlationId: requestId,
  causationId: causedBy,
  ...(traceparent === undefined ? {} : { traceparent }),
  occurredAt: now.toISOString(),
});
