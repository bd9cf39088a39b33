import { AppError } from '@keyledger/errors';
import type { HealthCheck, HealthStatus } from './health-check.ts';
import type { RunnerStatus } from './supervisor.ts';

export interface LiveReport {
  readonly status: 'live' | 'failed';
  readonly service: string;
  readonly runners: Readonly<Record<string, RunnerStatus>>;
}

export interface ReadyReport {
  readonly status: 'ready' | 'not-ready';
  readonly service: string;
  readonly phase: Phase;
  readonly components: Readonly<Record<string, HealthStatus>>;
}

/** Where in its life the process is. Only a running one is ready. */
export type Phase = 'starting' | 'running' | 'stopping';

export interface Health {
  /** Whether the process can go on; when not, only a restart helps. Asks nothing outside. */
  live(): LiveReport;
  /** Whether requests can be answered now, by asking every dependency. Takes two seconds at most. */
  ready(): Promise<ReadyReport>;
}

const TIME_LIMIT_MS = 2_000;

/** What may be said about an error: a typed fault's own words, otherwise the kind of the error. */
const reasonOf = (error: unknown): string => {
  if (error instanceof AppError) return error.message;
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown error';
};

const ask = async (part: HealthCheck): Promise<HealthStatus> => {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<HealthStatus>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'down', reason: 'no answer within two seconds' }), TIME_LIMIT_MS);
  });
  try {
    return await Promise.race([part.check(), timeUp]);
  } catch (error) {
    return { status: 'down', reason: reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
};

/** The health of one process: told about its phase, its parts and what runs in it. */
export class ServiceHealth implements Health {
  readonly #service: string;
  readonly #checks: HealthCheck[] = [];
  #runners: ReadonlyMap<string, RunnerStatus> = new Map();
  #phase: Phase = 'starting';

  constructor(service: string) {
    this.#service = service;
  }

  enter(phase: Phase): void {
    this.#phase = phase;
  }

  watch(checks: readonly HealthCheck[]): void {
    this.#checks.push(...checks);
  }

  watchRunners(runners: ReadonlyMap<string, RunnerStatus>): void {
    this.#runners = runners;
  }

  live(): LiveReport {
    const hasFailed = [...this.#runners.values()].includes('failed');
    return {
      status: hasFailed ? 'failed' : 'live',
      service: this.#service,
      runners: Object.fromEntries(this.#runners),
    };
  }

  async ready(): Promise<ReadyReport> {
    const statuses = await Promise.all(this.#checks.map(async (each) => [each.name, await ask(each)] as const));
    const isReady = this.#phase === 'running' && statuses.every(([, { status }]) => status !== 'down');
    return {
      status: isReady ? 'ready' : 'not-ready',
      service: this.#service,
      phase: this.#phase,
      components: Object.fromEntries(statuses),
    };
  }
}
