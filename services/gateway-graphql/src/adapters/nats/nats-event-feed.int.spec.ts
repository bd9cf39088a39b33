import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventSubject } from '@keyledger/messaging';
import { connectNats } from '@keyledger/messaging-nats';
import { testNats, type TestNats } from '@keyledger/testing';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { eventFanOut } from '../../application/event-fan-out.ts';
import { relayNatsEvents } from './nats-event-feed.ts';

describe('the feed of events', () => {
  let nats: TestNats;
  const connections: NatsConnection[] = [];
  const connectAs = async (user: Parameters<TestNats['credentials']>[0]): Promise<NatsConnection> => {
    const connection = await connectNats({ servers: nats.url, name: user, ...nats.credentials(user) });
    connections.push(connection);
    return connection;
  };

  beforeAll(async () => {
    nats = await testNats();
  });
  afterAll(async () => {
    for (const connection of connections) await connection.close();
    await nats.stop();
  });

  const publish = async (user: 'approval' | 'delivery', type: string, correlationId: string, data: unknown) => {
    const connection = await connectAs(user);
    const written = headers();
    written.set('ce-correlationid', correlationId);
    const category = user === 'approval' ? 'keyRequest' : 'delivery';
    connection.publish(eventSubject(user, category, type), JSON.stringify(data), { headers: written });
    await connection.flush();
  };

  it('tells every replica of the gateway, by correlation and by the request or lease named in the data', async () => {
    const stopping = new AbortController();
    const heard: string[] = [];
    const all = new Promise<void>((resolve) => {
      const hear = (what: string) => (): void => {
        heard.push(what);
        if (heard.length === 6) resolve();
      };
      for (const replica of ['one', 'two']) {
        const fanOut = eventFanOut();
        fanOut.listen('by-correlation', hear(`${replica} by correlation`));
        fanOut.listen('by-data', hear(`${replica} by data`));
        fanOut.listen('by-lease', hear(`${replica} by lease`));
        runs.push(
          connectAs('gateway').then(async (connection) => {
            const run = relayNatsEvents(connection, fanOut, stopping.signal);
            await connection.flush();
            subscribed.push(replica);
            return run;
          }),
        );
      }
    });
    while (subscribed.length < 2) await new Promise((resolve) => setImmediate(resolve));
    await publish('approval', 'KeyRequestSubmitted', 'by-correlation', null);
    await publish('delivery', 'LinkOpened', 'something-else', { requestId: 'by-data' });
    await publish('delivery', 'LinkOpened', 'something-else', { leaseId: 'by-lease' });
    await all;
    expect(heard.sort()).toEqual(
      ['one', 'two'].flatMap((replica) => ['correlation', 'data', 'lease'].map((what) => `${replica} by ${what}`)),
    );
    stopping.abort();
    await Promise.all(runs);
  });

  const runs: Promise<void>[] = [];
  const subscribed: string[] = [];
});
