import 'reflect-metadata';
import { newId } from '@keyledger/event-sourcing';
import { deadLetterOperations, type RequestOptions, type Role } from '@keyledger/messaging';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deadLetters } from '../src/events/dead-letters.ts';
import { joseSigner } from '../src/principal/jose-signer.ts';
import { joseVerifier } from '../src/principal/jose-verifier.ts';
import { generatePrincipalKeys, type PrincipalKeys } from '../src/principal/key-files.ts';
import { DEAD_LETTERS, deadLetterHandlers } from '../src/request-reply/dead-letter.nats-handlers.ts';
import { natsRequestReply } from '../src/request-reply/nats-request-reply.ts';
import { natsServer } from '../src/request-reply/nats-server.ts';
import { NatsFixture } from './nats.fixture.ts';
import { recordingLogger } from './recording-logger.ts';
import { anApproval, publish, REACTOR, reactorOf, startConsumers } from './vault.fixture.ts';
import { waitUntil } from './wait-until.ts';

const { ListDeadLetters, ReplayDeadLetter, ReplayDeadLetters } = deadLetterOperations('vault');

const optionsFor = (role: Role): RequestOptions => ({
  principal: { kind: 'user', id: 'ada', roles: [role], proof: 'basic' },
  correlationId: newId(),
  causationId: newId(),
  timeoutMs: 20_000,
});

describe('dead letters by request', () => {
  let nats: NatsFixture;
  let keys: PrincipalKeys;
  let stop: () => Promise<void>;
  let isMended = false;
  let event = anApproval();
  let outcomes: () => readonly string[];
  beforeAll(async () => {
    nats = await NatsFixture.start();
    keys = await generatePrincipalKeys();
    const connection = await nats.connect('vault');
    const logger = recordingLogger();
    const { reactor } = reactorOf(() => (isMended ? Promise.resolve() : Promise.reject(new Error('broken'))));
    const running = await startConsumers(connection, reactor);
    outcomes = () => running.outcomes;
    await publish(await nats.connect('approval'), event);
    await waitUntil(() => running.outcomes.includes('dead-lettered'));
    const letters = deadLetters({ connection, service: 'vault', reactors: [reactor], logger });
    @Module({
      controllers: [deadLetterHandlers('vault')],
      providers: [{ provide: DEAD_LETTERS, useValue: letters }],
    })
    class VaultModule {}
    const verifier = joseVerifier({ trust: keys.trust });
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(VaultModule, {
      ...natsServer({ connection: await nats.connect('vault-desk'), service: 'vault', verifier, logger }),
      logger: false,
    });
    await app.listen();
    stop = async () => {
      await app.close();
      await running.close();
    };
  });
  afterAll(async () => {
    await stop();
    await nats.stop();
  });

  const client = async () =>
    natsRequestReply({
      connection: await nats.connect('gateway'),
      signer: joseSigner({ service: 'gateway', jwk: keys.signing.gateway }),
    });

  it('are for administrators', async () => {
    const { request } = await client();
    await expect(request(ListDeadLetters, { first: 100 }, optionsFor('reviewer'))).rejects.toMatchObject({
      code: 'forbidden',
    });
    const refused = { outcome: 'refused', code: 'not-an-administrator' };
    expect(await request(ReplayDeadLetters, {}, optionsFor('member'))).toMatchObject(refused);
    const one = { reactor: REACTOR, id: event.id };
    expect(await request(ReplayDeadLetter, one, optionsFor('auditor'))).toMatchObject(refused);
  });

  it('are replayed one by one, and say why not', async () => {
    const { request } = await client();
    const replay = (id: string) => request(ReplayDeadLetter, { reactor: REACTOR, id }, optionsFor('admin'));
    expect(await replay(event.id)).toEqual({
      outcome: 'refused',
      code: 'dead-letter-failed-again',
      message: 'It failed again and stays: internal: Error',
    });
    expect(await replay(newId())).toMatchObject({ outcome: 'refused', code: 'dead-letter-not-found' });
    isMended = true;
    expect(await replay(event.id)).toEqual({ outcome: 'accepted', result: { reactor: REACTOR, id: event.id } });
    isMended = false;
    await publish(await nats.connect('approval'), (event = anApproval()));
    await waitUntil(() => outcomes().filter((outcome) => outcome === 'dead-lettered').length === 2);
  });

  it('are shown without data, replayed, and then gone', async () => {
    const { request } = await client();
    const admin = optionsFor('admin');
    const cause = { code: 'internal', message: 'Error' };
    const { total, deadLetters: list } = await request(ListDeadLetters, { first: 100 }, admin);
    const { id, type, service, streamId, correlationId, occurredAt } = event;
    expect(total).toBe(1);
    expect(list).toEqual([
      {
        reactor: REACTOR,
        id,
        event: { id, type, service, streamId, correlationId, occurredAt },
        cause,
        attempts: 3,
        at: expect.any(String),
      },
    ]);
    expect(await request(ReplayDeadLetters, { reactor: REACTOR }, optionsFor('admin'))).toEqual({
      outcome: 'accepted',
      result: { succeeded: 0, failed: [{ reactor: REACTOR, eventId: id, cause }] },
    });
    isMended = true;
    expect(await request(ReplayDeadLetters, {}, optionsFor('admin'))).toEqual({
      outcome: 'accepted',
      result: { succeeded: 1, failed: [] },
    });
    expect((await request(ListDeadLetters, { first: 100 }, optionsFor('admin'))).deadLetters).toEqual([]);
  });
});
