import { RevealLease } from '@keyledger/contracts-vault';
import { newId, streamName } from '@keyledger/event-sourcing';
import { InMemoryCheckpointStore, InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import type {
  EventPublication,
  InputOf,
  IntegrationEvent,
  IntegrationEventDefinition,
  MessageContext,
  PrincipalVerifier,
  ReplyOf,
} from '@keyledger/messaging';
import { Caller, EventRelay, Handles, natsServer } from '@keyledger/messaging-nats';

import type { Logger } from '@keyledger/telemetry';
import { Controller } from '@nestjs/common';
import { type MicroserviceOptions, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import type { NatsConnection } from '@nats-io/transport-node';

/** Publishes events as another service does: through a relay, from an event store of its own. */
export const publisher = (
  connection: NatsConnection,
  definitions: readonly IntegrationEventDefinition[],
  logger: Logger,
) => {
  const eventStore = new InMemoryEventStore();
  const stop = new AbortController();
  const [{ service, category }] = definitions as [IntegrationEventDefinition];
  const publication: EventPublication = ({ type, data }) => {
    const definition = definitions.find((candidate) => candidate.type === type);
    return definition === undefined ? undefined : { definition, data };
  };
  const relay = new EventRelay({
    eventStore,
    connection,
    checkpoints: new InMemoryCheckpointStore(),
    service,
    categories: [category],
    publication,
    logger,
  });
  const running = relay.run(stop.signal);
  return {
    publish: async ({
      id,
      type,
      data,
      actor,
      correlationId,
      causationId,
      occurredAt,
    }: IntegrationEvent): Promise<void> => {
      const metadata = { actor, correlationId, causationId, occurredAt };
      await eventStore.append(
        streamName(category, newId()),
        [{ id, type, schemaVersion: 1, data, metadata }],
        'no-stream',
      );
    },
    stop: async (): Promise<void> => {
      stop.abort();
      await running;
    },
  };
};

export type Reveal = (
  input: InputOf<typeof RevealLease>,
  caller: MessageContext,
) => Promise<ReplyOf<typeof RevealLease>>;

/** Answers `RevealLease` in the vault's place, over NATS. */
export const vaultInPlace = async (
  connection: NatsConnection,
  verifier: PrincipalVerifier,
  logger: Logger,
  reveal: Reveal,
): Promise<() => Promise<void>> => {
  @Controller()
  class Vault {
    @Handles(RevealLease)
    reveal(@Payload() input: InputOf<typeof RevealLease>, @Caller() caller: MessageContext) {
      return reveal(input, caller);
    }
  }
  const module = await Test.createTestingModule({ controllers: [Vault] }).compile();
  const app = module.createNestMicroservice<MicroserviceOptions>({
    ...natsServer({ connection, service: 'vault', verifier, logger }),
    logger: false,
  });
  await app.listen();
  return () => app.close();
};
