import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { GetModel } from '@keyledger/contracts-registry';
import { configuredModelExample } from '@keyledger/contracts-registry/testing';
import { commandHandler, type EventStore, newId, type RecordedEvent } from '@keyledger/event-sourcing';
import { InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { clientOf, type MessageContext, type Principal } from '@keyledger/messaging';
import { InMemoryRequestReply } from '@keyledger/messaging/testing';
import fc from 'fast-check';
import { FaultyEventStore } from '../../../test/faulty-event-store.ts';
import { isOpen, type KeyRequest } from '../../domain/key-request/key-request.state.ts';
import { keyRequests } from '../approval-streams.ts';
import { claimCodes } from '../claim-codes.ts';
import { contextOf } from '../operation-handler.ts';
import { approveKeyRequest, denyKeyRequest } from './decide-key-request.handlers.ts';
import { retryKeyRequest } from './retry-key-request.handler.ts';
import { submitKeyRequest } from './submit-key-request.handler.ts';

const email = 'ada@example.com';
const clock = () => new Date('2026-01-05T08:00:00.000Z');
const ada: Principal = { kind: 'user', id: email, roles: [], proof: 'session' };
const admin: Principal = { kind: 'user', id: 'admin', roles: ['admin'], proof: 'basic' };

const by = (principal: Principal): MessageContext => {
  const id = newId();
  return { messageId: id, correlationId: id, causationId: id, principal, deadlineAt: Infinity };
};

const replicaOn = (eventStore: EventStore) => {
  const deps = { eventStore, clock, claimCodes: claimCodes(createSecretKey('0123456789abcdef', 'utf8')) };
  const submit = submitKeyRequest(deps);
  const requestReply = new InMemoryRequestReply(clock);
  requestReply.handle(GetModel, () => Promise.resolve(configuredModelExample));
  const approve = approveKeyRequest({ ...deps, registry: clientOf(requestReply, { GetModel }) });
  const deny = denyKeyRequest(deps);
  const retry = retryKeyRequest(deps);
  const handle = commandHandler(eventStore, keyRequests);
  return {
    submit: async () => {
      const terms = { modelId: 'claude-3', email, delivery: { channel: 'emailLink' as const } };
      const reply = await submit(terms, by(ada));
      if (reply.outcome === 'refused') throw new Error(reply.code);
      return { outcome: reply.outcome, requestId: reply.result.requestId ?? '' };
    },
    approve: (requestId: string) => approve({ requestId }, by(admin)),
    deny: (requestId: string) => deny({ requestId, reason: 'No' }, by(admin)),
    retry: (requestId: string) => retry({ requestId }, by(admin)),
    fail: async (requestId: string) => {
      const context = contextOf(by(admin), requestId, clock());
      const fact = { step: 'issuing', cause: 'issuer', message: 'No answer', factId: newId() } as const;
      const data = { ...fact, now: context.occurredAt };
      await handle(requestId, { type: 'FailKeyRequest', data }, context);
    },
  };
};

/** Two replicas on one store, in which reads and writes happen in the order that `gate` says. */
const replicas = (gate: () => Promise<void>) => {
  const store = new InMemoryEventStore();
  const open = () => replicaOn(new FaultyEventStore(store, gate));
  return { store, one: open(), two: open() };
};

/** The largest number of requests that were open at the same time, over the whole history. */
const mostOpen = async (store: EventStore): Promise<number> => {
  const requests = new Map<RecordedEvent['stream'], KeyRequest>();
  let most = 0;
  for await (const recorded of store.readAll({ filter: { categories: [keyRequests.category] } })) {
    const before = requests.get(recorded.stream) ?? keyRequests.decider.initialState;
    requests.set(recorded.stream, keyRequests.decider.evolve(before, keyRequests.codec.decode(recorded)));
    most = Math.max(most, [...requests.values()].filter(isOpen).length);
  }
  return most;
};

describe('those who ask for the same pair at the same moment', () => {
  it('get one request, in whatever order their reads and writes happen', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { one, two, store } = replicas(() => scheduler.schedule(Promise.resolve()));
        const answered = await scheduler.waitFor(Promise.all([one, two, one, two].map(({ submit }) => submit())));
        expect(new Set(answered.map(({ requestId }) => requestId)).size).toBe(1);
        expect(answered.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
        expect(await mostOpen(store)).toBe(1);
      }),
      { numRuns: 300 },
    );
  });

  it('have at most one open request while an earlier one is retried, denied and failed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        let gate = () => Promise.resolve();
        const { one, two, store } = replicas(() => gate());
        const { requestId } = await one.submit();
        await one.approve(requestId);
        await one.fail(requestId);
        gate = () => scheduler.schedule(Promise.resolve());
        const race = Promise.all([
          one.retry(requestId),
          two.submit(),
          two.retry(requestId),
          one.submit(),
          two.submit().then((open) => two.deny(open.requestId)),
          one.fail(requestId),
        ]);
        await scheduler.waitFor(race);
        expect(await mostOpen(store)).toBe(1);
      }),
      { numRuns: 500 },
    );
  });
});
