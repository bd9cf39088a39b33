import { type PathSystem, startPathSystem } from './path/path-system.ts';
import { lengthenHistory } from './path/long-history.ts';
import { print, printTitle, report } from './report.ts';
import { takeTurns } from './rounds.ts';

const [SMALL, LARGE] = (process.env.BENCH_SIZES ?? '10000,1000000').split(',').map(Number) as [number, number];
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const MOST_TIMES_SMALL = 1.5;

/** Those that read the event store; each starts with the others down. */
const SERVICES = ['registry', 'vault', 'approval', 'delivery', 'audit'] as const;

/** Requests that really took the way, so that read models, checkpoints and JetStream are as they are in use. */
const REQUESTS = 20;

const stoppedSystem = async (events: number, resources: AsyncDisposableStack): Promise<PathSystem> => {
  const system = await startPathSystem(resources);
  for (let sent = 0; sent < REQUESTS; sent += 1) await system.settled((await system.deliver()).requestId);
  await Promise.all([...SERVICES, 'gateway'].map((name) => system.stack.pause(name)));
  const startedAt = performance.now();
  await lengthenHistory(system.database, events);
  print(`stored ${events} events in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return system;
};

/** Milliseconds from the start of the process until its health endpoint says that it is ready. */
const readyTime = async ({ stack }: PathSystem, name: string): Promise<number> => {
  const startedAt = performance.now();
  await stack.resume(name);
  const tookMs = performance.now() - startedAt;
  await stack.pause(name);
  return tookMs;
};

await using resources = new AsyncDisposableStack();
const small = await stoppedSystem(SMALL, resources);
const large = await stoppedSystem(LARGE, resources);
printTitle(`Time until a service is ready with ${LARGE} stored events, against ${SMALL} (baseline)`);
for (const name of SERVICES) {
  const results = await takeTurns({ small: () => readyTime(small, name), large: () => readyTime(large, name) }, ROUNDS);
  report({
    name,
    ours: results.of('large'),
    baseline: results.of('small'),
    ratio: results.ratio('large', 'small'),
    unit: 'ms',
    target: MOST_TIMES_SMALL,
    wanted: 'at-most',
  });
}
