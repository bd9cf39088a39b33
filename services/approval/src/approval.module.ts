import { GetModel } from '@keyledger/contracts-registry';
import {
  CHECKPOINT_STORE,
  type CheckpointStore,
  type Clock,
  EVENT_STORE,
  type EventStore,
} from '@keyledger/event-sourcing';
import {
  ANNOUNCER,
  type Announcer,
  clientOf,
  type EventReactor,
  REQUEST_REPLY,
  type RequestReply,
} from '@keyledger/messaging';
import { natsAnnouncer } from '@keyledger/messaging-nats';
import { CLOCK, deadLetterParts, LOGGER, NATS_CONNECTION, PG_POOL } from '@keyledger/nest-kit';
import { ProjectionRunner } from '@keyledger/projections-postgres';
import type { Logger } from '@keyledger/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import type { Pool } from 'pg';
import { APPROVAL_OPERATIONS, ApprovalNatsHandlers } from './adapters/nats/approval.nats-handlers.ts';
import { postgresDueWorkTable, postgresDueWork } from './adapters/postgres/postgres.due-work.ts';
import { postgresKeyRequestTable, postgresKeyRequestList } from './adapters/postgres/postgres.key-request-list.ts';
import { type ApprovalOperations, approvalOperations } from './application/approval-operations.ts';
import { claimCodes } from './application/claim-codes.ts';
import { evaluateKeyRequest, type EvaluateKeyRequest } from './application/commands/evaluate-key-request.handler.ts';
import { type GetPolicyInForce, policyInForce } from './application/policy-in-force.ts';
import { DUE_WORK } from './application/ports/due-work.port.ts';
import { KEY_REQUEST_LIST, type KeyRequestList } from './application/ports/key-request-list.port.ts';
import { dueWorkProjection } from './application/projections/due-work.projection.ts';
import { keyRequestsProjection } from './application/projections/key-requests.projection.ts';
import { announceAgainWhenKeyRequestResumed } from './application/reactors/announce-again-when-key-request-resumed.reactor.ts';
import { evaluateKeyRequestWhenSubmitted } from './application/reactors/evaluate-key-request-when-submitted.reactor.ts';
import { failKeyRequestWhenDeliveryFailed } from './application/reactors/fail-key-request-when-delivery-failed.reactor.ts';
import { failKeyRequestWhenLeaseIssueFailed } from './application/reactors/fail-key-request-when-lease-issue-failed.reactor.ts';
import { fulfilKeyRequestWhenDeliverySucceeded } from './application/reactors/fulfil-key-request-when-delivery-succeeded.reactor.ts';
import { approvalPublication } from './application/publication.ts';
import type { Webhooks } from './application/ports/webhook.port.ts';
import type { ApprovalConfig } from './config.ts';
import { rulesOf, webhooksOf } from './policy-configuration.ts';
import { requestEvaluated } from './telemetry-events.ts';

export const APPROVAL_REACTORS: unique symbol = Symbol('ApprovalReactors');
export const EVALUATE_KEY_REQUEST: unique symbol = Symbol('EvaluateKeyRequest');
export const POLICY_IN_FORCE: unique symbol = Symbol('PolicyInForce');
export const PROJECTIONS: unique symbol = Symbol('Projections');
export const WEBHOOKS: unique symbol = Symbol('Webhooks');

const evaluation = ({ plugins, limits }: ApprovalConfig): Provider[] => [
  {
    provide: POLICY_IN_FORCE,
    inject: [EVENT_STORE, CLOCK],
    useFactory: (eventStore: EventStore, clock: Clock): GetPolicyInForce =>
      policyInForce({ eventStore, clock, rules: rulesOf(plugins) }),
  },
  { provide: WEBHOOKS, inject: [CLOCK], useFactory: (clock: Clock): Webhooks => webhooksOf(plugins, clock) },
  {
    provide: EVALUATE_KEY_REQUEST,
    inject: [EVENT_STORE, CLOCK, POLICY_IN_FORCE, WEBHOOKS],
    useFactory: (
      eventStore: EventStore,
      clock: Clock,
      policy: GetPolicyInForce,
      webhooks: Webhooks,
    ): EvaluateKeyRequest =>
      evaluateKeyRequest({ eventStore, clock, policy, webhooks, limits, onEvaluated: requestEvaluated }),
  },
];

const operations = ({ claimCodeKey, claimLimits }: ApprovalConfig): Provider => ({
  provide: APPROVAL_OPERATIONS,
  inject: [EVENT_STORE, KEY_REQUEST_LIST, CLOCK, REQUEST_REPLY],
  useFactory: (
    eventStore: EventStore,
    list: KeyRequestList,
    clock: Clock,
    requestReply: RequestReply,
  ): ApprovalOperations =>
    approvalOperations({
      eventStore,
      list,
      clock,
      claimCodes: claimCodes(claimCodeKey),
      claimLimits,
      registry: clientOf(requestReply, { GetModel }),
    }),
});

const reactors: Provider[] = [
  {
    provide: ANNOUNCER,
    inject: [EVENT_STORE, NATS_CONNECTION, CHECKPOINT_STORE],
    useFactory: (eventStore: EventStore, connection: NatsConnection, checkpoints: CheckpointStore): Announcer =>
      natsAnnouncer({ eventStore, connection, checkpoints, service: 'approval', publication: approvalPublication }),
  },
  {
    provide: APPROVAL_REACTORS,
    inject: [EVENT_STORE, CLOCK, EVALUATE_KEY_REQUEST, ANNOUNCER],
    useFactory: (
      eventStore: EventStore,
      clock: Clock,
      evaluate: EvaluateKeyRequest,
      announcer: Announcer,
    ): readonly EventReactor[] => [
      evaluateKeyRequestWhenSubmitted({ evaluate, clock }),
      failKeyRequestWhenLeaseIssueFailed({ eventStore, clock }),
      failKeyRequestWhenDeliveryFailed({ eventStore, clock }),
      fulfilKeyRequestWhenDeliverySucceeded({ eventStore, clock }),
      announceAgainWhenKeyRequestResumed({ announcer }),
    ],
  },
];

const readModels: Provider[] = [
  {
    provide: PROJECTIONS,
    inject: [EVENT_STORE, PG_POOL, LOGGER],
    useFactory: (eventStore: EventStore, pool: Pool, logger: Logger) =>
      new ProjectionRunner({
        eventStore,
        pool,
        projections: [keyRequestsProjection(postgresKeyRequestTable), dueWorkProjection(postgresDueWorkTable)],
        logger,
      }),
  },
  { provide: KEY_REQUEST_LIST, inject: [PG_POOL], useFactory: (pool: Pool) => postgresKeyRequestList(pool) },
  { provide: DUE_WORK, inject: [PG_POOL], useFactory: (pool: Pool) => postgresDueWork(pool) },
];

@Module({})
class ApprovalModule {}

const deadLetter = deadLetterParts('approval', APPROVAL_REACTORS);

export const approvalModule = (config: ApprovalConfig, platform: DynamicModule): DynamicModule => ({
  module: ApprovalModule,
  imports: [platform],
  controllers: [ApprovalNatsHandlers, ...deadLetter.controllers],
  providers: [...readModels, ...evaluation(config), operations(config), ...reactors, ...deadLetter.providers],
});
