import { createSecretKey } from 'node:crypto';
import type { ApprovalPluginConfig } from '@keyledger/config';
import { GetModel } from '@keyledger/contracts-registry';
import { configuredModelExample } from '@keyledger/contracts-registry/testing';
import type { EventStore, RecordedEvent } from '@keyledger/event-sourcing';
import { applyTo, InMemoryEventStore, toArray } from '@keyledger/event-sourcing/testing';
import { ANNOUNCER, type EventReactor, type IntegrationEvent, publishedEventOf } from '@keyledger/messaging';
import { deliverTo, InMemoryAnnouncer, InMemoryRequestReply } from '@keyledger/messaging/testing';
import { DEAD_LETTERS } from '@keyledger/messaging-nats';
import { answerWith } from '@keyledger/messaging-nats/testing';
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
  const hear = (event: IntegrationEvent) => deliverTo(reactors, event);
  let after: RecordedEvent['position'] | undefined;
  const settle = async () => {
    for (let isQuiet = false; !isQuiet;) {
      isQuiet = true;
      for await (const recorded of eventStore.readAll(after === undefined ? {} : { after })) {
        isQuiet = false;
        after = recorded.position;
        await applyTo(projections, recorded);
        const event = publishedEventOf(approvalPublication, recorded)?.event;
        if (event === undefined) continue;
        published.push(event);
        await hear(event);
      }
    }
  };
  const approval = new InMemoryRequestReply(clock);
  answerWith(approval, module.get(ApprovalNatsHandlers));
  const evaluate = module.get<EvaluateKeyRequest>(EVALUATE_KEY_REQUEST);
  const onError = (_item: unknown, error: unknown) => {
    throw error;
  };
  return {
    client: approvalClient(approval),
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
    stored: () => toArray(eventStore.readAll()),
  };
};
