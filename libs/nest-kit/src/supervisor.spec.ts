import { describe, expect, it } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import { createLogger } from '@keyledger/telemetry';
import { aborted, type Runner, runnerChecks } from './runner.ts';
import { Supervisor } from './supervisor.ts';

const supervised = (...runners: readonly Runner[]) => {
  const lines: string[] = [];
  const supervisor = new Supervisor(
    createLogger({ service: 'sample', level: 'debug', destination: { write: (line) => void lines.push(line) } }),
  );
  supervisor.start(runners);
  const logs = () => lines.map((line) => JSON.parse(line) as { level: string; msg: string; runner: string });
  return { supervisor, logs };
};

/** A runner that plays the given runs one after the other and tells when each begins. */
const scripted = (name: string, ...runs: readonly ((signal: AbortSignal) => Promise<void>)[]) => {
  const begun = runs.map(() => Promise.withResolvers<void>());
  let count = 0;
  const runner: Runner = {
    name,
    run: (signal) => {
      const index = Math.min(count++, runs.length - 1);
      begun[index]?.resolve();
      return runs[index]?.(signal) ?? Promise.resolve();
    },
  };
  return { runner, begun: (index: number) => begun[index]?.promise, runs: () => count };
};

const failing = (error: unknown) => (): Promise<void> => Promise.reject(error as Error);

describe('a supervisor', () => {
  it.each([
    ['a typed transient fault', new AppError('unavailable', 'PostgreSQL is away')],
    ['a lost connection that nobody translated', Object.assign(new Error('read'), { code: 'ECONNRESET' })],
    ['a pool that had no connection to give', new Error('timeout exceeded when trying to connect')],
    ['a statement that took too long', Object.assign(new Error('canceling statement'), { code: '57014' })],
    ['the end of a session by PostgreSQL', Object.assign(new Error('terminating'), { code: '57P01' })],
    ['a wrapped one', new Error('batch failed', { cause: Object.assign(new Error('x'), { code: 'EPIPE' }) })],
  ])('runs a runner again after %s', async (_, error) => {
    const { runner, begun } = scripted('relay', failing(error), aborted);
    const { supervisor, logs } = supervised(runner);
    await begun(1);
    expect(supervisor.statuses.get('relay')).toBe('running');
    expect(logs()).toEqual([
      expect.objectContaining({ level: 'warn', runner: 'relay', msg: 'runner lost what it depends on' }),
    ]);
    await supervisor.stop();
    expect(supervisor.statuses.get('relay')).toBe('stopped');
  });

  it.each([
    ['a defect', failing(new TypeError('x is not a function'))],
    ['a missing file', failing(Object.assign(new Error('open'), { code: 'ENOENT', syscall: 'open' }))],
    ['a fault that repeating cannot mend', failing(new AppError('forbidden', 'no'))],
    ['ending unasked', () => Promise.resolve()],
  ])('gives up after %s and leaves the others running', async (_, run) => {
    const broken = scripted('projections', run);
    const sound = scripted('relay', aborted);
    const { supervisor, logs } = supervised(broken.runner, sound.runner);
    await sound.begun(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(Object.fromEntries(supervisor.statuses)).toEqual({ projections: 'failed', relay: 'running' });
    expect(logs()).toEqual([expect.objectContaining({ level: 'error', runner: 'projections' })]);
    await supervisor.stop();
    expect(broken.runs()).toBe(1);
  });

  it('stops in reverse, each only when the one started after it has ended', async () => {
    const events: string[] = [];
    const named = (name: string): Runner => ({
      name,
      run: async (signal) => {
        await aborted(signal);
        events.push(`${name} asked to end`);
        await new Promise((resolve) => setImmediate(resolve));
        events.push(`${name} ended`);
      },
    });
    const { supervisor } = supervised(named('a'), named('b'));
    await supervisor.stop();
    expect(events).toEqual(['b asked to end', 'b ended', 'a asked to end', 'a ended']);
  });

  it('does not wait for the next attempt when it stops', async () => {
    const { runner, begun, runs } = scripted('relay', failing(new AppError('unavailable', 'away')), aborted);
    const { supervisor } = supervised(runner);
    await begun(0);
    await supervisor.stop();
    expect(runs()).toBe(1);
  });

  it('takes a failure while stopping as the end', async () => {
    const { supervisor, logs } = supervised({
      name: 'relay',
      run: async (signal) => {
        await aborted(signal);
        throw new Error('too late');
      },
    });
    await supervisor.stop();
    expect(supervisor.statuses.get('relay')).toBe('stopped');
    expect(logs()).toContainEqual(expect.objectContaining({ msg: 'runner failed while stopping' }));
  });

  it('refuses two runners of one name', () => {
    const runner: Runner = { name: 'a', run: aborted };
    expect(() => supervised(runner, runner)).toThrow('Two runners are called a');
  });
});

describe('the health of runners', () => {
  it('is asked of those that have something to say', async () => {
    const ill = {
      name: 'ill',
      run: aborted,
      check: () => Promise.resolve({ status: 'degraded', reason: 'tired' } as const),
    };
    const checks = runnerChecks([{ name: 'silent', run: aborted }, ill]);
    expect(checks.map(({ name }) => name)).toEqual(['ill']);
    expect(await checks[0]?.check()).toEqual({ status: 'degraded', reason: 'tired' });
  });
});
