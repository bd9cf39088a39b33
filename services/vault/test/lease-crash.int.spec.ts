import { describe, expect, it, jest } from '@jest/globals';
import { loadStream } from '@keyledger/event-sourcing';
import type { Issuer } from '../src/application/ports/issuer.port.ts';
import { lease as leases } from '../src/domain/lease/lease.decider.ts';
import { LATE_CALL_MS } from '../src/domain/lease/lease.discarding.ts';
import { isLive, type Lease } from '../src/domain/lease/lease.state.ts';
import { type DeedName, deedNames, deedsIn } from './lease-deeds.ts';
import { Crash, type Death, everyDeathUpTo, Life } from './mortal.ts';
import { type Remote, remotes } from './remote-issuers.ts';
import { revealKey } from './vault-client.ts';
import { Outside } from './vault-in-memory.ts';

jest.setTimeout(120_000);

/** The doubles live in the time of the machine, so the vault does as well. */
const sceneAt = (remote: Remote) => {
  const outside = new Outside<Issuer>((clock) => remote.issuerAt(clock));
  outside.advance(Date.now() - outside.clock().getTime());
  return { remote, outside, ...deedsIn(outside, () => remote.loseNextAnswer()) };
};

type Scene = ReturnType<typeof sceneAt>;

const liveAtIssuer = ({ remote, request }: Scene): readonly string[] =>
  remote.live().flatMap(({ name }) => (name.startsWith(request.leaseId) ? [name] : []));

const liveInLedger = (lease: Lease): readonly string[] =>
  isLive(lease)
    ? [lease.generation, ...lease.retiring.map(({ generation }) => generation)].map(
        (each) => `${lease.leaseId}-g${each}`,
      )
    : [];

const prepared = async (remote: Remote, name: DeedName): Promise<Scene> => {
  const scene = sceneAt(remote);
  const vault = await scene.outside.replica();
  for (const act of scene.deeds[name].before) await act(vault);
  return scene;
};

/** How many calls it took when nobody died. */
const done = async (scene: Scene, name: DeedName, deaths: readonly Death[]): Promise<number> => {
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

const expectAgreement = async (scene: Scene): Promise<Lease> => {
  const { outside, request } = scene;
  const vault = await outside.replica();
  for (let round = 0; round < 2; round += 1) {
    outside.advance(LATE_CALL_MS + 1_000);
    await vault.resume();
  }
  const { state } = await loadStream(outside.eventStore, leases, request.leaseId);
  expect([...liveAtIssuer(scene)].sort()).toEqual([...liveInLedger(state)].sort());
  if (state.status === 'issued') expect(await revealKey(vault.client, request.leaseId)).toMatch(/^sk-/);
  return state;
};

const statuses: Readonly<Record<DeedName, Lease['status']>> = {
  issue: 'issued',
  rotate: 'issued',
  'rotate with a budget that is partly spent': 'issued',
  'retire the key before': 'issued',
  'retire the key before now': 'issued',
  revoke: 'ended',
  'revoke after a rotation': 'ended',
  'revoke while a successor is made': 'ended',
  'renew, limit, suspend and resume': 'issued',
};

describe.each(remotes)('a vault that dies while it has to do with %s', (_name, start) => {
  it.each(deedNames)('at any call of: %s, leaves exactly the keys of the ledger', async (name) => {
    const remote = await start();
    try {
      const calls = await done(await prepared(remote, name), name, []);
      for (const death of everyDeathUpTo(calls)) {
        const scene = await prepared(remote, name);
        await done(scene, name, [death]);
        expect(await expectAgreement(scene)).toMatchObject({ status: statuses[name] });
      }
    } finally {
      await remote.stop();
    }
  });
});
