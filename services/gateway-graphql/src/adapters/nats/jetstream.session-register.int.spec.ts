import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@keyledger/event-sourcing';
import { SESSIONS_STREAM } from '@keyledger/messaging';
import { connectNats } from '@keyledger/messaging-nats';
import { testNats, type TestNats } from '@keyledger/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { SessionRegister } from '../../application/ports/session-register.port.ts';
import { sessionRegisterContract } from '../../application/ports/testing/session-register.contract.ts';
import { jetStreamSessionRegister } from './jetstream.session-register.ts';

const connections: NatsConnection[] = [];
const connectTo = async (nats: TestNats, user: 'gateway' | 'admin' = 'gateway'): Promise<NatsConnection> => {
  const connection = await connectNats({ servers: nats.url, name: user, ...nats.credentials(user) });
  connections.push(connection);
  return connection;
};
const registerAt = async (nats: TestNats, keptForMs = 60_000): Promise<SessionRegister> =>
  jetStreamSessionRegister({ connection: await connectTo(nats), keptForMs });

let nats: TestNats;
beforeAll(async () => {
  nats = await testNats();
});
afterAll(async () => {
  for (const connection of connections) await connection.close();
  await nats.stop();
});

sessionRegisterContract('JetStream', () => registerAt(nats));

describe('the register of sessions in JetStream', () => {
  it('is made by several replicas at once, by the first to sign in', async () => {
    const fresh = await testNats();
    try {
      const replicas = await Promise.all([1, 2, 3, 4].map(() => registerAt(fresh)));
      const ids = replicas.map(() => newId());
      expect(await replicas[0]?.isOpen(newId())).toBe(false);
      await Promise.all(replicas.map((register, index) => register.begin(ids[index] ?? '')));
      for (const register of replicas)
        expect(await Promise.all(ids.map((id) => register.isOpen(id)))).toEqual([true, true, true, true]);
    } finally {
      await fresh.stop();
    }
  });

  it('has ended every session when its data is lost, and takes new ones', async () => {
    const register = await registerAt(nats);
    const [before, after] = [newId(), newId()];
    await register.begin(before);
    const manager = await jetstreamManager(await connectTo(nats, 'admin'));
    await manager.streams.delete(SESSIONS_STREAM);
    expect(await register.isOpen(before)).toBe(false);
    await register.begin(after);
    expect([await register.isOpen(before), await register.isOpen(after)]).toEqual([false, true]);
  });

  it('keeps one word per session, for as long as a session may live, and nobody takes it back', async () => {
    const register = await registerAt(nats);
    const id = newId();
    await register.begin(id);
    const manager = await jetstreamManager(await connectTo(nats, 'admin'));
    const { config, state } = await manager.streams.info(SESSIONS_STREAM);
    await register.end(id);
    expect((await manager.streams.info(SESSIONS_STREAM)).state.messages).toBe(state.messages);
    expect(config).toMatchObject({ max_age: 60_000 * 1e6, deny_delete: true, deny_purge: true, storage: 'file' });
    await expect(manager.streams.purge(SESSIONS_STREAM)).rejects.toThrow();
  });

  it('says that it cannot tell when the server is away', async () => {
    const fresh = await testNats();
    const register = await registerAt(fresh);
    await register.begin(newId());
    await fresh.stop();
    await expect(register.isOpen(newId())).rejects.toMatchObject({ code: 'unavailable' });
    await expect(register.end(newId())).rejects.toMatchObject({ code: 'unavailable' });
  });
});
