import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { createTransport } from 'nodemailer';
import pg from 'pg';
import { sampleEvent } from '../sample-events.ts';
import type { PathSystem } from './path-system.ts';

/** Does one thing and waits for it, with nothing around it but the driver. */
export type Hop = () => Promise<void>;

/** The content of an event of usual size, for whatever is sent or stored. */
const body = JSON.stringify(sampleEvent());

/** One insert that commits by itself. */
export const commitHop = async ({ stack }: PathSystem, resources: AsyncDisposableStack): Promise<Hop> => {
  const client = new pg.Client({ connectionString: stack.postgresUrl });
  await client.connect();
  resources.defer(() => client.end());
  await client.query('create table public.floor (id bigint generated always as identity primary key, body json)');
  const insert = { name: 'floor', text: 'insert into public.floor (body) values ($1)', values: [body] };
  return async () => void (await client.query(insert));
};

/** One request over one connection, answered over another. */
export const requestReplyHop = async (system: PathSystem): Promise<Hop> => {
  const [asking, answering] = [await system.connectNats(), await system.connectNats()];
  answering.subscribe('floor.request', { callback: (_error, message) => void message.respond(message.data) });
  await answering.flush();
  return async () => void (await asking.request('floor.request', body));
};

/** One message published to a stream over one connection, consumed by a durable consumer over another, acknowledged. */
export const eventHop = async (system: PathSystem, resources: AsyncDisposableStack): Promise<Hop> => {
  const [publishing, consuming] = [await system.connectNats(), await system.connectNats()];
  const manager = await jetstreamManager(publishing);
  await manager.streams.add({ name: 'FLOOR', subjects: ['floor.event'] });
  await manager.consumers.add('FLOOR', { durable_name: 'floor', ack_policy: AckPolicy.Explicit });
  let arrival = Promise.withResolvers<void>();
  const consumer = await jetstream(consuming).consumers.get('FLOOR', 'floor');
  const messages = await consumer.consume({
    callback: (message) => {
      message.ack();
      arrival.resolve();
    },
  });
  resources.defer(() => messages.stop());
  const stream = jetstream(publishing);
  return () => {
    arrival = Promise.withResolvers<void>();
    // As the relay does: the consumer need not wait until the publisher knows that the message is stored.
    stream.publish('floor.event', body).catch(arrival.reject);
    return arrival.promise;
  };
};

/** One POST that is answered with what it brought. */
export const httpHop = async ({ http }: PathSystem, resources: AsyncDisposableStack): Promise<Hop> => {
  const server = createServer((request, response) => void request.pipe(response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return async () => void (await http.post(url, body));
};

/** One mail in text and HTML over a connection that stays open, until the mailbox has accepted it. */
export const mailHop = ({ stack, mails }: PathSystem, resources: AsyncDisposableStack): Hop => {
  const transport = createTransport({ pool: true, host: '127.0.0.1', port: stack.mailbox.smtpPort });
  resources.defer(() => transport.close());
  let sent = 0;
  return async () => {
    sent += 1;
    const to = `floor-${sent}@example.com`;
    const failed = Promise.withResolvers<void>();
    transport
      .sendMail({ from: 'keyledger@example.com', to, subject: 'Floor', text: body, html: `<p>${body}</p>` })
      .catch(failed.reject);
    await Promise.race([mails.of(to), failed.promise]);
  };
};
