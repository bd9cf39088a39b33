import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import { ServiceHealth } from './health.ts';
import type { HealthCheck, HealthStatus } from './health-check.ts';
import type { RunnerStatus } from './supervisor.ts';

const checkThat = (name: string, check: () => Promise<HealthStatus>): HealthCheck => ({ name, check });
const up = (name: string): HealthCheck => checkThat(name, () => Promise.resolve({ status: 'up' }));

const runningWith = (...checks: readonly HealthCheck[]): ServiceHealth => {
  const health = new ServiceHealth('vault');
  health.watch(checks);
  health.enter('running');
  return health;
};

describe('readiness', () => {
  it.each(['starting', 'stopping'] as const)('is denied while %s, however well the parts are', async (phase) => {
    const health = runningWith(up('nats'));
    health.enter(phase);
    expect(await health.ready()).toEqual({
      status: 'not-ready',
      service: 'vault',
      phase,
      components: { nats: { status: 'up' } },
    });
  });

  it('is kept with a degraded part, and lost with one that is down', async () => {
    const sealed = checkThat('master-key', () => Promise.resolve({ status: 'degraded', reason: 'sealed' }));
    expect(await runningWith(up('nats'), sealed).ready()).toMatchObject({
      status: 'ready',
      components: { 'master-key': { status: 'degraded', reason: 'sealed' } },
    });
    const gone = checkThat('issuer', () => Promise.resolve({ status: 'down', reason: 'gone' }));
    expect(await runningWith(up('nats'), sealed, gone).ready()).toMatchObject({ status: 'not-ready' });
  });

  it.each<[string, unknown, string]>([
    ['the words of a typed fault', new AppError('unavailable', 'the event store is away'), 'the event store is away'],
    [
      'the code of an error',
      Object.assign(new Error('to postgres://u:canary@h'), { code: 'ECONNREFUSED' }),
      'ECONNREFUSED',
    ],
    ['the name of an error', new TypeError('canary'), 'TypeError'],
    ['nothing of what is no error', 'canary', 'unknown error'],
  ])('gives %s as the reason of a failed check', async (_, error, reason) => {
    const health = runningWith(checkThat('postgres', () => Promise.reject(error as Error)));
    expect(await health.ready()).toMatchObject({
      status: 'not-ready',
      components: { postgres: { status: 'down', reason } },
    });
  });

  describe('of a part that does not answer', () => {
    beforeEach(() => void jest.useFakeTimers());
    afterEach(() => void jest.useRealTimers());

    it('is denied after two seconds', async () => {
      const silent = checkThat('postgres', () => new Promise(() => undefined));
      const report = runningWith(silent, up('nats')).ready();
      await jest.advanceTimersByTimeAsync(2_000);
      expect((await report).components).toEqual({
        postgres: { status: 'down', reason: 'no answer within two seconds' },
        nats: { status: 'up' },
      });
    });
  });
});

describe('liveness', () => {
  it('ends with a runner that failed, not with one that waits', () => {
    const runners = new Map<string, RunnerStatus>([
      ['relay', 'waiting'],
      ['projections', 'running'],
    ]);
    const health = runningWith();
    health.watchRunners(runners);
    expect(health.live()).toEqual({
      status: 'live',
      service: 'vault',
      runners: { relay: 'waiting', projections: 'running' },
    });
    runners.set('projections', 'failed');
    expect(health.live()).toMatchObject({ status: 'failed', runners: { projections: 'failed' } });
  });
});
