import { existsSync } from 'node:fs';
import { cpuOfFamily, cpuOfMachine, cpuOfProcess } from './cpu-time.ts';
import type { Delivered, PathSystem } from './path-system.ts';

export interface Load {
  readonly perSecond: number;
  /** Of those that were sent and delivered. */
  readonly tookMs: readonly number[];
  /** CPU milliseconds per request, until the last one was closed; absent where there is no /proc. */
  readonly cpu: CpuShares | undefined;
}

export interface CpuShares {
  readonly services: Readonly<Record<string, number>>;
  readonly postgres: number;
  readonly nats: number;
  /** Client, mailbox and LiteLLM stand-in. */
  readonly bench: number;
  /** Whatever else ran on the machine meanwhile; not per request, but as a part of all CPU time that was spent. */
  readonly othersShare: number;
}

/** So many clients, each of which sends its next request when the mail of the last one has arrived. */
export const closedLoop = async (system: PathSystem, clients: number, forMs: number): Promise<Load> => {
  const before = readCpu(system);
  const startedAt = performance.now();
  const delivered: Delivered[] = [];
  let inTime = 0;
  const client = async (): Promise<void> => {
    while (performance.now() - startedAt < forMs) {
      delivered.push(await system.deliver());
      if (performance.now() - startedAt < forMs) inTime += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  await Promise.all(delivered.map(({ requestId }) => system.settled(requestId)));
  return {
    perSecond: (inTime * 1000) / forMs,
    tookMs: delivered.map(({ tookMs }) => tookMs),
    cpu: before && sharesOf(before, readCpu(system) ?? before, delivered.length),
  };
};

interface CpuTimes {
  readonly services: readonly (readonly [name: string, ms: number])[];
  readonly postgres: number;
  readonly nats: number;
  readonly bench: number;
  readonly machine: number;
}

const readCpu = ({ stack }: PathSystem): CpuTimes | undefined => {
  if (!existsSync('/proc/self/stat')) return undefined;
  return {
    services: stack.replicas.map(({ name }) => [name, cpuOfProcess(stack.pidOf(name) ?? 0)]),
    postgres: cpuOfFamily(stack.pidOf('postgres') ?? 0),
    nats: cpuOfProcess(stack.pidOf('nats') ?? 0),
    bench: cpuOfProcess(process.pid),
    machine: cpuOfMachine(),
  };
};

const sharesOf = (before: CpuTimes, after: CpuTimes, requests: number): CpuShares => {
  const each = (now: number, then: number): number => (now - then) / requests;
  const services = Object.fromEntries(
    after.services.map(([name, ms], index) => [name, each(ms, before.services[index]?.[1] ?? 0)]),
  );
  const postgres = each(after.postgres, before.postgres);
  const nats = each(after.nats, before.nats);
  const bench = each(after.bench, before.bench);
  const ours = Object.values(services).reduce((sum, ms) => sum + ms, postgres + nats + bench);
  const machine = each(after.machine, before.machine);
  return { services, postgres, nats, bench, othersShare: Math.max(0, 1 - ours / machine) };
};
