import { eventStoreContract } from '@keyledger/event-sourcing/testing';
import { describe, it, jest } from '@jest/globals';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';
import { openEventStoreDb } from '../src/index.ts';

jest.setTimeout(180_000);

const IMAGE = 'eventstore/eventstore:24.10';

/** A server given by address, or one in a container; `undefined` when there is neither. */
const findServer = async (): Promise<{ url: string; container?: StartedTestContainer } | undefined> => {
  const given = process.env['EVENT_STORE_TEST_URL'];
  if (given !== undefined && given !== '') return { url: given };
  if (
    !(await getContainerRuntimeClient().then(
      () => true,
      () => false,
    ))
  )
    return undefined;
  const container = await new GenericContainer(IMAGE)
    .withEnvironment({ EVENTSTORE_INSECURE: 'true', EVENTSTORE_MEM_DB: 'true' })
    .withExposedPorts(2113)
    .withWaitStrategy(Wait.forHttp('/health/live', 2113).forStatusCode(204))
    .start();
  return { url: `esdb://${container.getHost()}:${container.getMappedPort(2113)}?tls=false`, container };
};

const server = await findServer();

if (server === undefined) {
  describe('EventStoreDB (real server)', () => {
    it.skip('skipped: no Docker and no EVENT_STORE_TEST_URL', () => undefined);
  });
} else {
  eventStoreContract('EventStoreDB (real server)', () => openEventStoreDb(server.url));
}
