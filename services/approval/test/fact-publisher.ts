import { KeyRequestResumed } from '@keyledger/contracts-approval';
import { DeliveryFailed, DeliverySucceeded } from '@keyledger/contracts-delivery';
import { LeaseIssueFailed } from '@keyledger/contracts-vault';
import { newId, streamName } from '@keyledger/event-sourcing';
import { InMemoryCheckpointStore, InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { servicePrincipal, type ServiceName, toActor } from '@keyledger/messaging';
import { EventRelay } from '@keyledger/messaging-nats';
import type { NatsConnection } from '@nats-io/transport-node';

const definitions = [KeyRequestResumed, LeaseIssueFailed, DeliveryFailed, DeliverySucceeded];

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Publishes facts in the name of another service, with a relay of its own, as that service does. */
export const factPublisher = (connection: NatsConnection, service: ServiceName) => {
  const eventStore = new InMemoryEventStore();
  const stopped = new AbortController();
  const own = definitions.filter((definition) => definition.service === service);
  const relay = new EventRelay({
    eventStore,
    connection,
    checkpoints: new InMemoryCheckpointStore(),
    service,
    categories: own.map(({ category }) => category),
    publication: ({ type, data }) => {
      const definition = own.find((each) => each.type === type);
      return definition === undefined ? undefined : { definition, data };
    },
    logger: silent,
  });
  const running = relay.run(stopped.signal);
  return {
    publish: async (type: string, requestId: string, data: object): Promise<void> => {
      const definition = own.find((each) => each.type === type);
      if (definition === undefined) throw new Error(`${service} publishes no ${type}`);
      const id = newId();
      const metadata = {
        actor: toActor(servicePrincipal(service)),
        correlationId: requestId,
        causationId: id,
        occurredAt: new Date().toISOString(),
      };
      const event = { id, type, schemaVersion: 1, data: { requestId, ...data }, metadata };
      await eventStore.append(streamName(definition.category, newId()), [event], 'no-stream');
    },
    close: async () => {
      stopped.abort();
      await running;
    },
  };
};
