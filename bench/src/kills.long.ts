import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { askUnderKills, type Asked, brokenGuarantees, startSystem, storedEvents, type System } from '@keyledger/e2e';
import { everything, killsOf, ROUNDS_FOR_ALL } from './kills/plan.ts';
import { brokenReadModels } from './kills/read-models.ts';
import { killHeader, killLine } from './kills/table.ts';
import { print } from './report.ts';

const REQUESTS = Number(process.env.BENCH_REQUESTS ?? 200);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? ROUNDS_FOR_ALL);
const SEED = Number(process.env.BENCH_SEED ?? randomInt(1_000_000));
/** A name may be there more than once. */
const VICTIMS = process.env.BENCH_VICTIMS?.split(',') ?? everything;
/** So many replicas of every service, one system after the other. */
const REPLICAS = (process.env.BENCH_REPLICAS ?? '1,2').split(',').map(Number);

const SERVICES = ['registry', 'approval', 'vault', 'delivery', 'audit', 'gateway'] as const;

/** Of what is wrong, this much is shown; all of it is in the evidence. */
const MOST_SHOWN = 20;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** Asks, kills, and looks at everything; returns what is broken. */
const playRound = async (system: System, round: number, replicas: number, before: readonly Asked[]) => {
  print(`\nRound ${round + 1} of ${ROUNDS}\n${killHeader}`);
  const startedAt = performance.now();
  const kills = killsOf({ seed: SEED, victims: VICTIMS, requests: REQUESTS, replicas }, round);
  const asked = await askUnderKills(system, REQUESTS, `round-${round}`, kills, (struck) => print(killLine(struck)));
  const all = [...before, ...asked];
  const killedMs = performance.now() - startedAt;
  const broken = await brokenGuarantees(system, all, asked);
  const live = system.litellm.ledger().length;
  const took = `${seconds(killedMs)} of kills, ${seconds(performance.now() - startedAt - killedMs)} until all was looked at`;
  print(`${asked.length} requests, ${live} live keys of ${all.length}, ${broken.length} guarantees broken; ${took}`);
  return { all, broken };
};

/** What a person needs who wants to know why; the data stay where they are. */
const keepEvidence = async (system: System, broken: readonly string[]): Promise<void> => {
  for (const line of broken.slice(0, MOST_SHOWN)) print(`BROKEN  ${line}`);
  if (broken.length > MOST_SHOWN) print(`… and ${broken.length - MOST_SHOWN} more`);
  const events = await storedEvents(system).catch(String);
  await system.pause();
  const file = (name: string): string => path.join(system.directory, name);
  writeFileSync(file('broken.txt'), broken.join('\n'));
  writeFileSync(file('events.json'), JSON.stringify(events, null, 1));
  writeFileSync(file('output.txt'), system.output.join('\n'));
  print(`Evidence, with what every process printed and the data of all servers: ${system.directory}`);
};

const play = async (replicas: number): Promise<readonly string[]> => {
  print(`\n${replicas} of every service`);
  const scale = Object.fromEntries(SERVICES.map((name) => [name, replicas]));
  const system = await startSystem({ isDurable: true, scale });
  const check = async (): Promise<readonly string[]> => {
    let asked: readonly Asked[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { all, broken } = await playRound(system, round, replicas, asked);
      if (broken.length > 0) return broken;
      asked = all;
    }
    const broken = await brokenReadModels(system);
    print(`\nRead models against a rebuild from the first event: ${broken.length} differences`);
    return broken;
  };
  const broken = await check().catch((error: unknown) => [
    error instanceof Error ? (error.stack ?? '') : String(error),
  ]);
  if (broken.length > 0) await keepEvidence(system, broken);
  else await system.stop();
  return broken;
};

print(`kill -9 of everything at every step: seed ${SEED}, ${ROUNDS} rounds of ${REQUESTS} requests`);
print(
  `Again with the same plan: BENCH_SEED=${SEED} BENCH_ROUNDS=${ROUNDS} BENCH_REQUESTS=${REQUESTS} npm run bench -- kills`,
);
let isBroken = false;
for (const replicas of REPLICAS) isBroken = (await play(replicas)).length > 0 || isBroken;
print(isBroken ? '\nA guarantee is BROKEN' : '\nEvery guarantee was kept');
if (isBroken) process.exitCode = 1;
