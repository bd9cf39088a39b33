import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type EventStream, openEventStream } from './event-stream.ts';
import { FakeMasterKeys } from './fake-master-keys.ts';
import { basic, type Harness, startGateway } from './gateway.harness.ts';

const RING = `keys { id source status wraps uses addedAt }
  rotation { rotationId masterKeyId reason rewrapped remaining unreadable startedAt completedAt }`;
const QUERY = `{ masterKeys { ${RING} } }`;
const WATCH = `subscription { masterKeysUpdated { keys { status wraps } rotation { rewrapped remaining completedAt } } }`;

const mutation = (name: string): string => {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}`;
  return `mutation ($input: ${type}Input!) { ${name}(input: $input) {
    __typename ... on ${type}Success { masterKeys { ${RING} } } ... on Error { code } } }`;
};

describe('the master keys', () => {
  let gateway: Harness;
  let vault: FakeMasterKeys;
  const open: EventStream[] = [];

  beforeEach(async () => {
    gateway = await startGateway();
    vault = new FakeMasterKeys();
    vault.answer(gateway.services.requestReply);
  });
  afterEach(async () => {
    for (const stream of open.splice(0)) await stream.close();
    await gateway.close();
  });

  const run = async (name: string, input: object, headers: Record<string, string> = basic()) => {
    const { data, errors } = await gateway.graphql(mutation(name), { input }, headers);
    return { ...(data?.[name] as Record<string, unknown> | null), errors };
  };

  const list = async () => (await gateway.graphql(QUERY, {}, basic())).data.masterKeys;

  it('are shown with what each still wraps', async () => {
    expect(await list()).toMatchObject({
      keys: [{ source: 'passphrase', status: 'ACTIVE', wraps: 3 }],
      rotation: null,
    });
  });

  it('can be fetched one by one, by their global id', async () => {
    const { id } = (await list()).keys[0];
    const query = 'query ($id: ID!) { node(id: $id) { __typename ... on MasterKey { wraps } } }';
    const { data } = await gateway.graphql(query, { id }, basic());
    expect(data.node).toEqual({ __typename: 'MasterKey', wraps: 3 });
    const other = Buffer.from(`MasterKey:${randomUUID()}`).toString('base64url');
    expect((await gateway.graphql(query, { id: other }, basic())).data.node).toBeNull();
  });

  it('are rotated by one command, which answers with the keys as they are now', async () => {
    const idempotencyKey = randomUUID();
    const rotated = await run('rotateMasterKey', { idempotencyKey });
    expect(rotated).toMatchObject({
      __typename: 'RotateMasterKeySuccess',
      masterKeys: {
        keys: [
          { status: 'DEACTIVATED', wraps: 3 },
          { status: 'ACTIVE', wraps: 0 },
        ],
        rotation: { reason: 'requested', remaining: null, completedAt: null },
      },
    });
    expect(await run('rotateMasterKey', { idempotencyKey })).toEqual(rotated);
    expect(await run('rotateMasterKey', {})).toMatchObject({
      __typename: 'RotationRunningError',
      code: 'rotation-running',
    });
    expect(await run('rotateMasterKey', { idempotencyKey: 'again' })).toMatchObject({
      __typename: 'InvalidInputError',
    });
  });

  it('are retired, when they wrap nothing any more', async () => {
    await run('rotateMasterKey', {});
    const masterKeyId = (await list()).keys[0].id as string;
    expect(await run('retireMasterKey', { masterKeyId })).toMatchObject({ __typename: 'StillWrapsError' });
    vault.keys = vault.keys.map((key) => ({ ...key, wraps: 0 }));
    expect(await run('retireMasterKey', { masterKeyId })).toMatchObject({
      masterKeys: { keys: [{ status: 'DESTROYED' }, { status: 'ACTIVE' }] },
    });
  });

  it('are suspended, resumed and marked as compromised', async () => {
    const masterKeyId = (await list()).keys[0].id as string;
    const reason = 'The passphrase may have been seen';
    expect(await run('suspendMasterKey', { masterKeyId, reason })).toMatchObject({
      masterKeys: { keys: [{ status: 'SUSPENDED' }] },
    });
    expect(await run('resumeMasterKey', { masterKeyId })).toMatchObject({
      masterKeys: { keys: [{ status: 'ACTIVE' }] },
    });
    expect(await run('markMasterKeyCompromised', { masterKeyId, reason })).toMatchObject({
      masterKeys: { keys: [{ status: 'COMPROMISED' }] },
    });
    expect(await run('resumeMasterKey', { masterKeyId })).toMatchObject({ __typename: 'TransitionNotAllowedError' });
    expect(await run('suspendMasterKey', { masterKeyId: randomUUID(), reason })).toMatchObject({
      __typename: 'MasterKeyNotFoundError',
    });
    expect(await run('suspendMasterKey', { masterKeyId, reason: ' ' })).toMatchObject({
      __typename: 'InvalidInputError',
    });
  });

  it('are nothing for visitors', async () => {
    const { data, errors } = await gateway.graphql(QUERY);
    expect([data.masterKeys, errors[0]?.extensions?.['code']]).toEqual([null, 'UNAUTHENTICATED']);
    expect((await run('rotateMasterKey', {}, {})).errors[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
    const stream = await openEventStream(gateway.url, { query: WATCH }, {});
    open.push(stream);
    expect((await stream.next())?.errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });

  it('are watched: the state as it is, then each step of a rotation', async () => {
    const stream = await openEventStream(gateway.url, { query: WATCH }, basic());
    open.push(stream);
    const next = async () => (await stream.next())?.data?.['masterKeysUpdated'];
    expect(await next()).toEqual({ keys: [{ status: 'ACTIVE', wraps: 3 }], rotation: null });
    await run('rotateMasterKey', {});
    gateway.events.publish(['masterKey']);
    expect(await next()).toMatchObject({ rotation: { rewrapped: 0, remaining: null } });
    vault.rotation = { ...vault.rotation!, rewrapped: 2, remaining: 1 };
    gateway.events.publish(['lease']);
    gateway.events.publish(['masterKey']);
    expect(await next()).toMatchObject({ rotation: { rewrapped: 2, remaining: 1, completedAt: null } });
    vault.rotation = { ...vault.rotation, rewrapped: 3, remaining: 0, completedAt: '2026-11-21T10:00:00.000Z' };
    gateway.events.publish(['masterKey']);
    expect(await next()).toMatchObject({ rotation: { remaining: 0, completedAt: '2026-11-21T10:00:00.000Z' } });
  });
});
