import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { testNats, type TestNats } from '../src/index.ts';

describe('a test nats-server', () => {
  let nats: TestNats;

  beforeAll(async () => {
    nats = await testNats();
  });

  afterAll(() => nats.stop());

  it('has JetStream', async () => {
    const connection = await connect({ servers: nats.url, ...credentials('admin') });
    try {
      const manager = await jetstreamManager(connection);
      await manager.streams.add({ name: 'TRIAL', subjects: ['trial.>'] });
      const { seq } = await jetstream(connection).publish('trial.one', 'x');
      expect(seq).toBe(1);
    } finally {
      await connection.close();
    }
  });

  it('refuses a user with a wrong password', async () => {
    await expect(connect({ servers: nats.url, user: 'vault', pass: 'wrong', reconnect: false })).rejects.toThrow(
      /authorization/i,
    );
  });

  it("lets a service publish its own events and nobody else's", async () => {
    const connection = await connect({ servers: nats.url, ...credentials('vault'), inboxPrefix: '_INBOX.vault' });
    const refused = Promise.withResolvers<string>();
    void (async () => {
      for await (const status of connection.status())
        if (status.type === 'error') refused.resolve(String(status.error));
    })();
    connection.publish('keyledger.approval.event.keyRequest.KeyRequestApproved');
    await expect(refused.promise).resolves.toMatch(/permissions violation/i);
    await connection.close();
  });

  const credentials = (name: 'admin' | 'vault') => {
    const { user, password } = nats.credentials(name);
    return { user, pass: password };
  };
});
