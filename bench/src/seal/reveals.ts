import { randomBytes } from 'node:crypto';
import { commitHop, type Hop, requestReplyHop } from '../path/floor-hops.ts';
import { startPathSystem } from '../path/path-system.ts';
import { print, printTitle, report } from '../report.ts';
import { ratePerSecond, takeTurns } from '../rounds.ts';
import { type VaultClient, vaultClient } from './vault-client.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const FOR_MS = Number(process.env.BENCH_MS ?? 500);
const BARE_MS = Number(process.env.BENCH_MS ?? 100);
/** A vault lives for weeks: its first thousand reveals, which take twice as long, are not what it does. */
const WARM_UP_MS = Number(process.env.BENCH_WARM_UP_MS ?? 8_000);

const WRITERS = 8;
const BATCH = 100;
/** Some batches, and enough that no stream gets long. */
const SECRETS = 8 * BATCH;

/** Of bare requests: what a reveal, or a secret of a batch, reaches at least. */
const OF_BARE = 0.5;
/** What a secret costs in a batch of a hundred, against one by itself. */
const TIMES_CHEAPER = 10;

const newValue = (): string => `sk-${randomBytes(32).toString('hex')}`;
const newValues = (): string[] => Array.from({ length: BATCH }, newValue);

/** Gives `count` of the ids at a time, round and round. */
const inTurn = (ids: readonly string[]): ((count: number) => readonly string[]) => {
  let next = 0;
  return (count) => {
    const at = next % ids.length;
    next = at + count;
    return ids.slice(at, at + count);
  };
};

/**
 * A reveal verifies who asks, opens the secret, encrypts to the recipient and waits until its record is committed; the bare
 * request does nothing but come and go. What no reveal can be faster than, a request and a commit one behind the other, is
 * shown beside it.
 */
const compareSingles = async (reveal: Hop, request: Hop, commit: Hop): Promise<void> => {
  printTitle('A reveal over NATS, per second (median of interleaved rounds)');
  for (const writers of [1, WRITERS]) {
    const contestants = {
      ours: () => ratePerSecond(writers, FOR_MS, reveal),
      bare: () => ratePerSecond(writers, BARE_MS, request),
      floor: () => ratePerSecond(1, BARE_MS, () => request().then(commit)),
    };
    const results = await takeTurns(contestants, ROUNDS);
    report({
      name: `${writers} at once : bare request and reply`,
      ours: results.of('ours'),
      baseline: results.of('bare'),
      ratio: results.ratio('ours', 'bare'),
      unit: '/s',
      target: OF_BARE,
      wanted: 'at-least',
    });
    const [pace, share] = [results.of('floor'), results.ratio('ours', 'floor')];
    if (writers === 1)
      print(
        `  a bare request and a bare commit one behind the other: ${Math.round(pace)} /s, ratio ${share.toFixed(2)}`,
      );
  }
};

const compareBatches = async (vault: VaultClient, ids: readonly string[], request: Hop): Promise<void> => {
  const next = inTurn(ids);
  const each = async (rate: Promise<number>): Promise<number> => (await rate) * BATCH;
  const reveals = {
    ours: () => each(ratePerSecond(1, FOR_MS, () => vault.revealAll(next(BATCH)))),
    single: () => ratePerSecond(1, FOR_MS, () => vault.reveal(next(1)[0] ?? '')),
    bare: () => ratePerSecond(1, BARE_MS, request),
  };
  const seals = {
    ours: () => each(ratePerSecond(1, FOR_MS, () => vault.sealAll(newValues()))),
    single: () => ratePerSecond(1, FOR_MS, () => vault.seal(newValue())),
  };
  const [revealed, sealed] = [await takeTurns(reveals, ROUNDS), await takeTurns(seals, ROUNDS)];
  printTitle(`Secrets in batches of ${BATCH}, per second and secret (median of interleaved rounds)`);
  for (const [what, results] of [
    ['reveal', revealed],
    ['seal', sealed],
  ] as const)
    report({
      name: `${what} in a batch : ${what} one by one`,
      ours: results.of('ours'),
      baseline: results.of('single'),
      ratio: results.ratio('ours', 'single'),
      unit: '/s',
      target: TIMES_CHEAPER,
      wanted: 'at-least',
    });
  report({
    name: 'reveal in a batch : bare request and reply',
    ours: revealed.of('ours'),
    baseline: revealed.of('bare'),
    ratio: revealed.ratio('ours', 'bare'),
    unit: '/s',
    target: OF_BARE,
    wanted: 'at-least',
  });
};

/** A whole vault behind NATS, beside every other service. */
export const compareReveals = async (): Promise<void> => {
  await using resources = new AsyncDisposableStack();
  const system = await startPathSystem(resources);
  const [request, commit] = [await requestReplyHop(system), await commitHop(system, resources)];
  const vault = await vaultClient(system, resources);
  const ids: string[] = [];
  while (ids.length < SECRETS) ids.push(...(await vault.sealAll(newValues())));
  const next = inTurn(ids);
  const reveal = async (): Promise<void> => void (await vault.reveal(next(1)[0] ?? ''));
  await ratePerSecond(WRITERS, WARM_UP_MS, reveal);
  await compareSingles(reveal, request, commit);
  await compareBatches(vault, ids, request);
};
