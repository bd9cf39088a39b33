import { describe, expect, it, jest } from '@jest/globals';
import { isTransient } from '@keyledger/errors';
import { loadStream } from '@keyledger/event-sourcing';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import type { LeaseLock } from '../src/application/ports/lease-lock.port.ts';
import { FakeIssuer, FakeMakingIssuer } from '../src/application/ports/testing/issuer.fake.ts';
import { budgetOf } from '../src/domain/lease/lease.budget.ts';
import { lease as leases } from '../src/domain/lease/lease.decider.ts';
import { LATE_CALL_MS } from '../src/domain/lease/lease.discarding.ts';
import { isLive, type Lease } from '../src/domain/lease/lease.state.ts';
import { deedNames, deedsIn } from './lease-deeds.ts';
import { Crash, type Death, everyDeathUpTo, Life } from './mortal.ts';
import { revealKey } from './vault-client.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

jest.setTimeout(60_000);

type AnyFake = FakeIssuer | FakeMakingIssuer;

type NewIssuer = (clock: () => Date) => AnyFake;

const issuers: readonly (readonly [string, NewIssuer])[] = [
  ['an issuer that accepts keys of the vault', (clock) => new FakeIssuer({ clock })],
  ['an issuer that makes the keys', (clock) => new FakeMakingIssuer({ clock })],
];

/** A lock that everybody gets: what must hold, holds without it. */
const noLock: LeaseLock = { tryHold: async (_leaseId, work) => ({ result: await work() }) };

const sceneAt = (newIssuer: NewIssuer) => {
  const outside = new Outside<AnyFake>(newIssuer);
  const { live } = outside.issuer;
  const spend = (): void => {
    for (const [id, key] of live) live.set(id, { ...key, spentUsd: 2 });
  };
  return { outside, ...deedsIn(outside, () => outside.issuer.failNext('issue', 'after'), spend) };
};

type Scene = ReturnType<typeof sceneAt>;

const liveAtIssuer = ({ outside, request }: Scene): readonly string[] =>
  [...outside.issuer.live].filter(([, { labels }]) => labels?.leaseId === request.leaseId).map(([id]) => id);

const stateOf = async ({ outside, request }: Scene): Promise<Lease> =>
  (await loadStream(outside.eventStore, leases, request.leaseId)).state;

const liveInLedger = (lease: Lease): readonly string[] =>
  isLive(lease) ? [lease.key, ...lease.retiring].map(({ issuerKeyId }) => issuerKeyId) : [];

const idOf = (issuer: AnyFake, key: string): string | undefined =>
  issuer instanceof FakeIssuer
    ? createHash('sha256').update(key).digest('hex')
    : [...issuer.made].find(([, { text }]) => text === key)?.[0];

/** Whoever looks after leases goes on with a fresh vault, until no call of the dead ones can arrive any more. */
const settle = async ({ outside }: Scene): Promise<Replica> => {
  outside.issuer.heal();
  const vault = await outside.replica();
  for (let round = 0; round < 3; round += 1) {
    outside.advance(LATE_CALL_MS + 1_000);
    await vault.resume();
  }
  return vault;
};

/** What is live at the issuer is what the ledger says; the key that counts is there and is the one that is revealed. */
const expectAgreement = async (scene: Scene): Promise<Lease> => {
  const vault = await settle(scene);
  const { outside, request } = scene;
  const lease = await stateOf(scene);
  expect([...liveAtIssuer(scene)].sort()).toEqual([...liveInLedger(lease)].sort());
  if (lease.status !== 'issued') return lease;
  expect(idOf(outside.issuer, await revealKey(vault.client, request.leaseId))).toBe(lease.key.issuerKeyId);
  const atIssuer = outside.issuer.live.get(lease.key.issuerKeyId);
  expect(atIssuer).toMatchObject({ budget: budgetOf(lease), modelIds: lease.terms.modelIds });
  expect(atIssuer?.isSuspended ?? false).toBe(false);
  return lease;
};

const prepared = async (newIssuer: NewIssuer, name: (typeof deedNames)[number]): Promise<Scene> => {
  const scene = sceneAt(newIssuer);
  const vault = await scene.outside.replica();
  for (const act of scene.deeds[name].before) await act(vault);
  return scene;
};

const callsOf = async (scene: Scene, name: (typeof deedNames)[number], deaths: readonly Death[]): Promise<number> => {
  const { acts, most } = scene.deeds[name];
  for (const death of [...deaths, undefined]) {
    const vault = await scene.outside.replica({ life: new Life(death) });
    try {
      for (const act of acts) await act(vault);
      return vault.life.calls;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      expect(liveAtIssuer(scene).length).toBeLessThanOrEqual(most);
    }
  }
  throw new Error('The last process cannot die');
};

const outcomes: Readonly<Record<(typeof deedNames)[number], object>> = {
  issue: { status: 'issued' },
  rotate: { status: 'issued', rotation: undefined, retiring: [expect.objectContaining({ generation: 1 })] },
  'rotate with a budget that is partly spent': {
    status: 'issued',
    retiring: [],
    carried: { budget: { maxUsd: 5 } },
  },
  'retire the key before': { status: 'issued', retiring: [] },
  'retire the key before now': { status: 'issued', retiring: [] },
  revoke: { status: 'ended', how: 'revoked' },
  'revoke after a rotation': { status: 'ended', how: 'revoked' },
  'revoke while a successor is made': { status: 'ended', how: 'revoked' },
  'renew, limit, suspend and resume': {
    status: 'issued',
    change: undefined,
    expiresAt: '2027-06-01T00:00:00.000Z',
    terms: expect.objectContaining({ budget: { maxUsd: 7 } }),
  },
};

describe.each(issuers)('with %s, a vault that dies', (_issuer, newIssuer) => {
  it.each(deedNames)('at any call of: %s, leaves exactly the keys of the ledger', async (name) => {
    const calls = await callsOf(await prepared(newIssuer, name), name, []);
    expect(calls).toBeGreaterThan(1);
    for (const death of everyDeathUpTo(calls)) {
      const scene = await prepared(newIssuer, name);
      await callsOf(scene, name, [death]);
      expect(await expectAgreement(scene)).toMatchObject(outcomes[name]);
    }
  });

  it.each(deedNames)('again and again during: %s, leaves exactly the keys of the ledger', async (name) => {
    const anyDeath = fc.record({
      at: fc.integer({ min: 1, max: 12 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyDeath, { maxLength: 5 }), async (deaths) => {
        const scene = await prepared(newIssuer, name);
        await callsOf(scene, name, deaths);
        expect(await expectAgreement(scene)).toMatchObject(outcomes[name]);
      }),
      { numRuns: 25 },
    );
  });
});

/** An issuer that makes keys is asked once under each name, so that a name finds what became of the call. */
const expectNoNameTwice = ({ outside: { issuer } }: Scene): void => {
  if (issuer instanceof FakeIssuer) return;
  const names = [...issuer.made.values()].map(({ alias }) => alias);
  expect(new Set(names).size).toBe(names.length);
};

/** A transient fault asks for it again; `pause` lets others go on. */
const untilDone = async (act: () => Promise<unknown>, pause: () => Promise<unknown>): Promise<void> => {
  for (;;) {
    try {
      await act();
      return;
    } catch (error) {
      if (!isTransient(error)) throw error;
      await pause();
    }
  }
};

describe.each(issuers)('with %s, a vault that gets no answer', (_issuer, newIssuer) => {
  it.each(deedNames)('to any call of: %s, leaves exactly the keys of the ledger', async (name) => {
    const calls = await callsOf(await prepared(newIssuer, name), name, []);
    for (const death of everyDeathUpTo(calls)) {
      const scene = await prepared(newIssuer, name);
      const vault = await scene.outside.replica({ life: new Life({ ...death, isSurvived: true }) });
      for (const act of scene.deeds[name].acts)
        await untilDone(
          () => act(vault),
          async () => undefined,
        );
      expect(await expectAgreement(scene)).toMatchObject(outcomes[name]);
    }
  });
});

describe.each(issuers)('with %s, two vaults at once without their lock', (_issuer, newIssuer) => {
  it.each([
    ['issue', 'issue'],
    ['rotate', 'rotate'],
    ['rotate', 'revoke'],
    ['issue', 'revoke'],
    ['renew, limit, suspend and resume', 'revoke'],
  ] as const)('that %s and %s leave exactly the keys of the ledger, in whatever order', async (one, other) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const scene = await prepared(newIssuer, one);
        const gate = () => scheduler.schedule(Promise.resolve());
        const [first, second] = [
          await scene.outside.replica({ life: new Life(undefined, gate), lock: noLock }),
          await scene.outside.replica({ life: new Life(undefined, gate), lock: noLock }),
        ];
        const run = async (vault: Replica, name: typeof one | typeof other) => {
          for (const act of scene.deeds[name].acts) await untilDone(() => act(vault), gate);
        };
        await scheduler.waitFor(Promise.all([run(first, one), run(second, other)]));
        expect([...liveAtIssuer(scene)].sort()).toEqual([...liveInLedger(await stateOf(scene))].sort());
        expectNoNameTwice(scene);
        await expectAgreement(scene);
      }),
      { numRuns: 40 },
    );
  });
});
