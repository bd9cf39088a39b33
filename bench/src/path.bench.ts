import { setTimeout as delay } from 'node:timers/promises';
import { anatomyOf } from './path/anatomy.ts';
import { floorChain } from './path/floor-chain.ts';
import { closedLoop, type CpuShares } from './path/load.ts';
import { type Delivered, type PathSystem, startPathSystem } from './path/path-system.ts';
import { percentile } from './path/percentile.ts';
import { stagesOf } from './path/stages.ts';
import { print, printTitle, report } from './report.ts';

const REQUESTS = Number(process.env.BENCH_REQUESTS ?? 200);
const CLIENTS = Number(process.env.BENCH_CLIENTS ?? 16);
const LOAD_MS = Number(process.env.BENCH_LOAD_MS ?? 20_000);

/** Under load, so that every process has compiled what it runs often. */
const WARM_UP_MS = Number(process.env.BENCH_WARM_UP_MS ?? 8_000);
const FLOOR_WARM_UP = 100;

const P50_LIMIT_MS = 150;
const P99_LIMIT_MS = 500;
const MOST_TIMES_FLOOR = 4;

/** Read models and audit follow the last event of a request; the stack is idle again after that. */
const IDLE_AFTER_MS = 100;
const AFTER_LOAD_MS = 2_000;

/** Shown when a request does not arrive. */
const OUTPUT_LINES = 40;

const ms = (value: number): string => value.toFixed(1).padStart(8);

/** One request on an idle stack. */
const deliverAlone = async (system: PathSystem): Promise<Delivered> => {
  const delivered = await system.deliver();
  await system.settled(delivered.requestId);
  await delay(IDLE_AFTER_MS);
  return delivered;
};

const measureLatency = async (system: PathSystem, resources: AsyncDisposableStack): Promise<void> => {
  await closedLoop(system, CLIENTS, WARM_UP_MS);
  await delay(AFTER_LOAD_MS);
  const anatomy = await anatomyOf(system);
  const { httpCalls, requestReplies, commits, eventHops, mails } = anatomy;
  print(
    `\nOne request until its mail: ${httpCalls} HTTP calls, ${requestReplies} request/replies over NATS, ` +
      `${commits} commits, ${eventHops} hops through JetStream, ${mails} mail by SMTP`,
  );
  const floor = await floorChain(system, anatomy, resources);
  for (let run = 0; run < FLOOR_WARM_UP; run += 1) await floor.run();

  const delivered: Delivered[] = [];
  const floorMs: number[] = [];
  for (let pair = 0; pair < REQUESTS; pair += 1) {
    if (pair % 2 === 0) delivered.push(await deliverAlone(system));
    floorMs.push(await floor.run());
    if (pair % 2 === 1) delivered.push(await deliverAlone(system));
  }
  reportLatency(
    delivered.map(({ tookMs }) => tookMs),
    floorMs,
  );
  const parts = floor.parts().map(({ what, count, p50Ms }) => `${count} × ${what} ${p50Ms.toFixed(2)} ms`);
  print(`floor chain: ${parts.join(', ')}`);
  print(`\nWhere the time goes, milliseconds${' '.repeat(33)}p50       p99`);
  for (const { until, what, p50Ms, p99Ms } of await stagesOf(system, delivered))
    print(`${`until ${until}`.padEnd(58)}${ms(p50Ms)}  ${ms(p99Ms)}  ${what}`);
};

const reportLatency = (tookMs: readonly number[], floorMs: readonly number[]): void => {
  const [p50, p99] = [percentile(tookMs, 0.5), percentile(tookMs, 0.99)];
  const [floorP50, floorP99] = [percentile(floorMs, 0.5), percentile(floorMs, 0.99)];
  printTitle(`Request to delivered mail, approved at once, idle stack (${tookMs.length} requests one after the other)`);
  const inMs = { unit: 'ms', wanted: 'at-most' } as const;
  report({ ...inMs, name: 'p50 : limit', ours: p50, baseline: P50_LIMIT_MS, target: 1 });
  report({ ...inMs, name: 'p99 : limit', ours: p99, baseline: P99_LIMIT_MS, target: 1 });
  report({ ...inMs, name: 'p50 : floor chain', ours: p50, baseline: floorP50, target: MOST_TIMES_FLOOR });
  const fastest = (values: readonly number[]): string => Math.min(...values).toFixed(1);
  print(
    `p99 of the floor chain: ${floorP99.toFixed(1)} ms; fastest: ${fastest(tookMs)} ms, floor ${fastest(floorMs)} ms`,
  );
};

const measureLoad = async (system: PathSystem): Promise<void> => {
  const { perSecond, tookMs, cpu } = await closedLoop(system, CLIENTS, LOAD_MS);
  print(`\nSustained, ${CLIENTS} clients for ${LOAD_MS / 1000} s: ${perSecond.toFixed(1)} requests per second`);
  print(`request to mail: p50 ${ms(percentile(tookMs, 0.5))} ms, p99 ${ms(percentile(tookMs, 0.99))} ms`);
  if (cpu !== undefined) printCpu(cpu);
};

const printCpu = ({ services, postgres, nats, bench, othersShare }: CpuShares): void => {
  const entries = Object.entries(services);
  const sum = entries.reduce((total, [, each]) => total + each, 0);
  print('CPU milliseconds per request (user and system)');
  for (const [name, each] of entries) print(`  ${name.padEnd(20)}${ms(each)}`);
  print(`${'services together'.padEnd(22)}${ms(sum)}`);
  print(`${'PostgreSQL'.padEnd(22)}${ms(postgres)}`);
  print(`${'NATS'.padEnd(22)}${ms(nats)}`);
  print(`${'client and stand-ins'.padEnd(22)}${ms(bench)}`);
  print(
    `Other programs took ${(othersShare * 100).toFixed(0)} % of the CPU time that was spent on this machine meanwhile`,
  );
};

await using resources = new AsyncDisposableStack();
const system = await startPathSystem(resources);
try {
  await measureLatency(system, resources);
  await measureLoad(system);
} catch (error) {
  print(`The last that was heard of the stack:\n${system.output.slice(-OUTPUT_LINES).join('\n')}`);
  throw error;
}
