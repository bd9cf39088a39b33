import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GetKeyRequest } from '@keyledger/contracts-approval';
import { AppError } from '@keyledger/errors';
import { type EventStream, openEventStream } from './event-stream.ts';
import { CLAIM_CODE } from './fake-services.ts';
import { basic, type Harness, startGateway } from './gateway.harness.ts';

const QUERY = `subscription ($id: ID!, $claimCode: String) {
  keyRequestUpdated(id: $id, claimCode: $claimCode) {
    status lease { status } deliveries { status link { state openedAt } }
  }
}`;

describe('watching a key request', () => {
  let gateway: Harness;
  let requestId: string;
  const open: EventStream[] = [];

  beforeEach(async () => {
    gateway = await startGateway();
    ({ requestId } = gateway.services.addDelivered({ status: 'submitted' }));
  });
  afterEach(async () => {
    for (const stream of open.splice(0)) await stream.close();
    await gateway.close();
  });

  const watch = async (variables: object = {}, headers: Record<string, string> = basic()): Promise<EventStream> => {
    const stream = await openEventStream(
      gateway.url,
      { query: QUERY, variables: { id: requestId, ...variables } },
      headers,
    );
    open.push(stream);
    return stream;
  };

  const stateOf = (message: Awaited<ReturnType<EventStream['next']>>): unknown => message?.data?.['keyRequestUpdated'];

  it('begins with the state as it is', async () => {
    expect(stateOf(await (await watch()).next())).toMatchObject({ status: 'SUBMITTED', lease: { status: 'ISSUED' } });
  });

  it('shows each change when an event tells of it, of the request and of what came of it', async () => {
    const stream = await watch();
    await stream.next();
    gateway.services.change(requestId, { status: 'approved' });
    gateway.events.publish([requestId]);
    expect(stateOf(await stream.next())).toMatchObject({ status: 'APPROVED' });

    const [delivery] = gateway.services.deliveries.get(requestId)!;
    const link = {
      state: 'opened' as const,
      expiresAt: delivery!.link!.expiresAt,
      openedAt: '2026-11-21T09:00:00.000Z',
    };
    gateway.services.deliveries.set(requestId, [{ ...delivery!, link }]);
    gateway.events.publish([requestId]);
    expect(stateOf(await stream.next())).toMatchObject({
      status: 'APPROVED',
      deliveries: [{ link: { state: 'OPENED', openedAt: '2026-11-21T09:00:00.000Z' } }],
    });
  });

  it('looks again after an event, since a read model may come later than the event', async () => {
    const stream = await watch();
    await stream.next();
    gateway.services.asked.length = 0;
    gateway.events.publish([requestId]);
    while (!gateway.services.asked.some(({ operation }) => operation === 'GetKeyRequest'))
      await new Promise((resolve) => setImmediate(resolve));
    gateway.services.change(requestId, { status: 'in-review' }); // only now, after the first look
    expect(stateOf(await stream.next())).toMatchObject({ status: 'IN_REVIEW' });
  });

  it('says nothing about events that change nothing or concern others', async () => {
    const stream = await watch();
    await stream.next();
    gateway.events.publish([requestId]);
    gateway.events.publish(['0199ffff-0000-7000-8000-000000000000']);
    gateway.services.change(requestId, { status: 'denied' });
    gateway.events.publish([requestId]);
    expect(stateOf(await stream.next())).toMatchObject({ status: 'DENIED' });
  });

  it('is open to the holder of the claim code, and to nobody else', async () => {
    const claimed = await watch({ claimCode: CLAIM_CODE }, {});
    expect(stateOf(await claimed.next())).toMatchObject({ status: 'SUBMITTED' });
    const visitor = await (await watch({}, {})).next();
    expect(visitor?.errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    const guess = await (await watch({ claimCode: 'AAAA' }, {})).next();
    expect(guess?.errors?.[0]?.extensions['code']).toBe('WRONG_CODE');
  });

  it('ends when the request may be seen no longer', async () => {
    const stream = await watch();
    await stream.next();
    gateway.services.requests.delete(requestId);
    gateway.events.publish([requestId]);
    expect(await stream.next()).toBeUndefined();
  });

  it('ends when the watcher signs out, in whichever replica', async () => {
    const signIn = await gateway.fetch('/api/session', { method: 'POST', headers: basic() });
    const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const stream = await watch({}, { cookie });
    expect(stateOf(await stream.next())).toMatchObject({ status: 'SUBMITTED' });
    await gateway.fetch('/api/session', { method: 'DELETE', headers: { cookie } });
    gateway.services.change(requestId, { status: 'approved' });
    gateway.events.publish([requestId]);
    expect(await stream.next()).toBeUndefined();
  });

  it('bridges a service that is away for a moment', async () => {
    const stream = await watch();
    await stream.next();
    let calls = 0;
    gateway.services.requestReply.handle(GetKeyRequest, async () => {
      calls += 1;
      if (calls === 1) throw new AppError('unavailable', 'away');
      return gateway.services.change(requestId, { status: 'approved' });
    });
    gateway.events.publish([requestId]);
    expect(stateOf(await stream.next())).toMatchObject({ status: 'APPROVED' });
  });

  it('stops listening when the client leaves', async () => {
    const stream = await watch();
    await stream.next();
    expect(gateway.events.listenerCount(requestId)).toBe(1);
    await stream.close();
    while (gateway.events.listenerCount(requestId) > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it('ends when the gateway begins to stop', async () => {
    const stream = await watch();
    await stream.next();
    gateway.beginStop();
    expect(await stream.next()).toBeUndefined();
  });
});
