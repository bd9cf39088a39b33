import { setTimeout as delay } from 'node:timers/promises';
import {
  CHECKPOINT_STORE,
  type CheckpointStore,
  type Clock,
  EVENT_STORE,
  type EventStore,
} from '@keyledger/event-sourcing';
import type { EventReactor } from '@keyledger/messaging';
import {
  DEAD_LETTERS,
  type DeadLetters,
  DurableConsumers,
  EventRelay,
  observeDeadLetters,
} from '@keyledger/messaging-nats';
import {
  aborted,
  CLOCK,
  deadLetterCheck,
  type HealthCheck,
  LOGGER,
  NATS_CONNECTION,
  type Runner,
} from '@keyledger/nest-kit';
import type { ProjectionRunner } from '@keyledger/projections-postgres';
import { continueTrace, type Logger, withCorrelation } from '@keyledger/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import type { INestApplicationContext } from '@nestjs/common';
import { keyRequests } from './application/approval-streams.ts';
import type { EvaluateKeyRequest } from './application/commands/evaluate-key-request.handler.ts';
import type { GetPolicyInForce } from './application/policy-in-force.ts';
import { DUE_WORK, type DueWork } from './application/ports/due-work.port.ts';
import { approvalPublication } from './application/publication.ts';
import { runScheduler } from './application/timers/due-work.scheduler.ts';
import { performDueWork } from './application/timers/perform-due-work.ts';
import { APPROVAL_REACTORS, EVALUATE_KEY_REQUEST, POLICY_IN_FORCE, PROJECTIONS } from './approval.module.ts';

/** Resolves early when the signal aborts. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

const schedulerOf = (app: INestApplicationContext): Runner => {
  const dueWork = app.get<DueWork>(DUE_WORK);
  const clock = app.get<Clock>(CLOCK);
  const logger = app.get<Logger>(LOGGER);
  const perform = performDueWork({
    dueWork,
    clock,
    eventStore: app.get<EventStore>(EVENT_STORE),
    evaluate: (requestId, attempt, context) =>
      continueTrace(context.traceparent, () =>
        withCorrelation(requestId, () =>
          app.get<EvaluateKeyRequest>(EVALUATE_KEY_REQUEST)(requestId, attempt, context),
        ),
      ),
    onError: ({ requestId, kind }, err) =>
      withCorrelation(requestId, () => logger.warn({ kind, err }, 'Due work failed and comes back')),
  });
  return { name: 'scheduler', run: (signal) => runScheduler({ dueWork, perform, clock, pause }, signal) };
};

/** Publishes the policy early, so that its version is known before the first request. */
const policyOf = (app: INestApplicationContext): Runner => ({
  name: 'policy',
  run: async (signal) => {
    const { version, rules } = await app.get<GetPolicyInForce>(POLICY_IN_FORCE)();
    app.get<Logger>(LOGGER).info({ version, rules: rules.length }, 'Approval policy in force');
    await aborted(signal);
  },
});

/** Everything that runs besides the NATS handlers, in the order in which it is started. */
export const start = (app: INestApplicationContext): readonly Runner[] => {
  const eventStore = app.get<EventStore>(EVENT_STORE);
  const connection = app.get<NatsConnection>(NATS_CONNECTION);
  const logger = app.get<Logger>(LOGGER);
  const relay = new EventRelay({
    eventStore,
    connection,
    checkpoints: app.get<CheckpointStore>(CHECKPOINT_STORE),
    service: 'approval',
    categories: [keyRequests.category],
    publication: approvalPublication,
    logger,
  });
  observeDeadLetters(app.get<DeadLetters>(DEAD_LETTERS));
  const consumers = new DurableConsumers({
    connection,
    service: 'approval',
    reactors: app.get<readonly EventReactor[]>(APPROVAL_REACTORS),
    logger,
  });
  return [policyOf(app), relay, app.get<ProjectionRunner>(PROJECTIONS), consumers, schedulerOf(app)];
};

export const checks = (app: INestApplicationContext): readonly HealthCheck[] => [
  deadLetterCheck(app.get<DeadLetters>(DEAD_LETTERS)),
];
