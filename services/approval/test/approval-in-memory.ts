import { createSecretKey } from 'node:crypto';
import type { ApprovalPluginConfig } from '@keyledger/config';
import {
  ApproveKeyRequest,
  DenyKeyRequest,
  GetKeyRequest,
  ListKeyRequests,
  ProveClaim,
  RetryKeyRequest,
  SubmitKeyRequest,
} from '@keyledger/contracts-approval';
import { GetModel } from '@keyledger/contracts-registry';
import { configuredModelExample } from '@keyledger/contracts-registry/testing';
import { type EventStore, type RecordedEvent, streamIdOf } from '@keyledger/event-sourcing';
import { InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { ANNOUNCER, type EventReactor, type IntegrationEvent } from '@keyledger/messaging';
import { InMemoryAnnouncer, InMemoryRequestReply } from '@keyledger/messaging/testing';
import { DEAD_LETTERS } from '@keyledger/messaging-nats';
import { platformModule } from '@keyledger/nest-kit';
import { createLogger } from '@keyledger/telemetry';
import { Test } from '@nestjs/testing';
import {
  APPROVAL_REACTORS,
  approvalModule,
  EVALUATE_KEY_REQUEST,
  PROJECTIONS,
  WEBHOOKS,
} from '../src/approval.module.ts';
import { ApprovalNatsHandlers } from '../src/adapters/nats/approval.nats-handlers.ts';
import type { EvaluateKeyRequest } from '../src/application/commands/evaluate-key-request.handler.ts';
import { DUE_WORK } from '../src/application/ports/due-work.port.ts';
import { KEY_REQUEST_LIST } from '../src/application/ports/key-request-list.port.ts';
import { FakeDueWork } from '../src/application/ports/testing/due-work.fake.ts';
import { FakeKeyRequestList } from '../src/application/ports/testing/key-request-list.fake.ts';
import { FakeWebhook } from '../src/application/ports/testing/webhook.fake.ts';
import { dueWorkProjection } from '../src/application/projections/due-work.projection.ts';
import { keyRequestsProjection } from '../src/application/projections/key-requests.projection.ts';
import { approvalPublication } from '../src/application/publication.ts';
import { performDueWork } from '../src/application/timers/perform-due-work.ts';
import type { ApprovalConfig } from '../src/config.ts';
import { type ApprovalClient, approvalClient } from './approval-client.ts';

export interface InMemoryOptions {
  readonly plugins: readonly ApprovalPluginConfig[];
  /** Default: one in memory. */
  readonly eventStore?: EventStore;
}

/** Approval as its module builds it, without NATS and PostgreSQL; time stands still until a test moves it. */
export interface ApprovalInMemory {
  readonly client: ApprovalClient;
  readonly eventStore: EventStore;
  /** Of the first rule. */
  readonly webhook: FakeWebhook;
  /** Of the rule at that place. */
  webhookAt(index: number): FakeWebhook;
  readonly published: readonly IntegrationEvent[];
  /** What was told once more. */
  readonly announced: readonly IntegrationEvent[];
  /** From now on the registry offers the model no longer. */
  withdraw(modelId: string): void;
  registryFailsWith(fault: Error): void;
  advance(ms: number): void;
  /** Brings read models up to date and lets the reactors work, until nothing more happens. */
  settle(): Promise<void>;
  /** A fact of another service reaches the reactors. */
  hear(event: IntegrationEvent): Promise<void>;
  /** One round of the timers. */
  performDueWork(): Promise<number>;
  stored(): Promise<readonly RecordedEvent[]>;
}

const MINUTE_MS = 60_000;

const configurationOf = (plugins: readonly ApprovalPluginConfig[]): ApprovalConfig => ({
  platform: {} as ApprovalConfig['platform'],
  plugins,
  limits: { retryIntervalMs: 5 * MINUTE_MS, maxAttempts: 3, reviewExpiresAfterMs: 14 * 24 * 60 * MINUTE_MS },
  claimCodeKey: createSecretKey('0123456789abcdef0123456789abcdef', 'utf8'),
  claimLimits: { maxRejections: 5, lockMs: 15 * MINUTE_MS },
  warnings: [],
});

export const asIntegrationEvent = (recorded: RecordedEvent): IntegrationEvent | undefined => {
  const published = approvalPublication(recorded);
  if (published === undefined) return undefined;
  const { service, category, type, version, schema } = published.definition;
  const { actor, correlationId, causationId, occurredAt } = recorded.metadata;
  return {
    id: recorded.id,
    service,
    category,
    streamId: streamIdOf(recorded.stream),
    type,
    version,
    occurredAt,
    correlationId,
    causationId,
    actor,
    position: recorded.position,
    data: schema.parse(published.data),
  };
};

export const approvalInMemory = async ({
  plugins,
  eventStore = new InMemoryEventStore(),
}: InMemoryOptions): Promise<ApprovalInMemory> => {
  let now = Date.UTC(2026, 0, 5, 8);
  const clock = () => new Date(now);
  const [list, dueWork] = [new FakeKeyRequestList(), new FakeDueWork()];
  const webhooks = new Map(plugins.map((_plugin, index) => [index, new FakeWebhook()]));
  const webhookAt = (index: number) => webhooks.get(index) ?? new FakeWebhook();
  const logger = createLogger({ service: 'approval', level: 'silent' });
  const registry = new InMemoryRequestReply(clock);
  const withdrawn = new Set<string>();
  registry.handle(GetModel, ({ modelId }) =>
    Promise.resolve(withdrawn.has(modelId) ? null : { ...configuredModelExample, modelId }),
  );
  const announcer = new InMemoryAnnouncer(eventStore, approvalPublication);
  const module = await Test.createTestingModule({
    imports: [
      approvalModule(configurationOf(plugins), platformModule({ eventStore, clock, logger, requestReply: registry })),
    ],
  })
    .overrideProvider(KEY_REQUEST_LIST)
    .useValue(list)
    .overrideProvider(DUE_WORK)
    .useValue(dueWork)
    .overrideProvider(ANNOUNCER)
    .useValue(announcer)
    .overrideProvider(DEAD_LETTERS)
    .useValue(undefined)
    .overrideProvider(PROJECTIONS)
    .useValue(undefined)
    .overrideProvider(WEBHOOKS)
    .useValue(webhooks)
    .compile();
  const reactors = module.get<readonly EventReactor[]>(APPROVAL_REACTORS);
  const projections = [keyRequestsProjection(list), dueWorkProjection(dueWork)];
  const published: IntegrationEvent[] = [];
  const isHandled = ({ handles }: EventReactor, { service, category, type }: IntegrationEvent) =>
    handles.some((each) => each.service === service && each.category === category && each.type === type);

  const hear = async (event: IntegrationEvent) => {
    for (const reactor of reactors) if (isHandled(reactor, event)) await reactor.react(event, { number: 1 });
  };
  let after: RecordedEvent['position'] | undefined;
  const settle = async () => {
    for (let isQuiet = false; !isQuiet;) {
      isQuiet = true;
      for await (const recorded of eventStore.readAll(after === undefined ? {} : { after })) {
        isQuiet = false;
        after = recorded.position;
        for (const projection of projections)
          if (
            projection.filter.categories?.some((category) => recorded.stream.startsWith(`${category}-`)) &&
            (projection.filter.types?.includes(recorded.type) ?? true)
          )
            await projection.apply(recorded, undefined);
        const event = asIntegrationEvent(recorded);
        if (event === undefined) continue;
        published.push(event);
        await hear(event);
      }
    }
  };
  const evaluate = module.get<EvaluateKeyRequest>(EVALUATE_KEY_REQUEST);
  const onError = (_item: unknown, error: unknown) => {
    throw error;
  };
  return {
    client: approvalClient(handledBy(module.get(ApprovalNatsHandlers), clock)),
    eventStore,
    webhook: webhookAt(0),
    webhookAt,
    published,
    announced: announcer.announced,
    withdraw: (modelId) => void withdrawn.add(modelId),
    registryFailsWith: (fault) => registry.handle(GetModel, () => Promise.reject(fault)),
    advance: (ms) => (now += ms),
    settle,
    hear,
    performDueWork: performDueWork({ dueWork, eventStore, evaluate, clock, onError }),
    stored: async () => {
      const events: RecordedEvent[] = [];
      for await (const recorded of eventStore.readAll()) events.push(recorded);
      return events;
    },
  };
};

const handledBy = (handlers: ApprovalNatsHandlers, clock: () => Date): InMemoryRequestReply => {
  const requestReply = new InMemoryRequestReply(clock);
  requestReply.handle(SubmitKeyRequest, (input, caller) => handlers.submitKeyRequest(input, caller));
  requestReply.handle(ApproveKeyRequest, (input, caller) => handlers.approveKeyRequest(input, caller));
  requestReply.handle(DenyKeyRequest, (input, caller) => handlers.denyKeyRequest(input, caller));
  requestReply.handle(RetryKeyRequest, (input, caller) => handlers.retryKeyRequest(input, caller));
  requestReply.handle(ProveClaim, (input, caller) => handlers.proveClaim(input, caller));
  requestReply.handle(GetKeyRequest, (input, caller) => handlers.getKeyRequest(input, caller));
  requestReply.handle(ListKeyRequests, (input, caller) => handlers.listKeyRequests(input, caller));
  return requestReply;
};
