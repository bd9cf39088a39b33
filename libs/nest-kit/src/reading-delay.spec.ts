import { describe, expect, it } from '@jest/globals';
import type { HeldBack } from '@keyledger/event-store-postgres';
import { createLogger } from '@keyledger/telemetry';
import { ServiceHealth } from './health.ts';
import { readingDelayCheck, ReadingDelayWatch } from './reading-delay.ts';

const by = {
  pid: 4711,
  role: 'reporting',
  database: 'warehouse',
  application: 'psql',
  state: 'idle in transaction',
  openForMs: 61_000,
};

const readinessWith = (heldBack: () => Promise<HeldBack | undefined>) => {
  const health = new ServiceHealth('vault');
  health.watch([readingDelayCheck({ heldBack })]);
  health.enter('running');
  return health.ready();
};

describe('the health of a service', () => {
  it.each<[string, HeldBack, string]>([
    [
      'a session',
      { forMs: 60_400, by },
      'Events wait for 60 s until readers see them: backend 4711 (psql) of reporting in warehouse is idle in transaction since 61 s',
    ],
    [
      'a prepared transaction',
      { forMs: 9_000, by: { role: 'app', database: 'shop', application: 'tx-1', state: 'prepared', openForMs: 9_000 } },
      'Events wait for 9 s until readers see them: prepared transaction tx-1 of app in shop is prepared since 9 s',
    ],
    ['somebody who ended meanwhile', { forMs: 7_000 }, 'Events wait for 7 s until readers see them'],
  ])('is degraded while %s holds back the readers of the log, and names it', async (_, held, reason) =>
    expect(await readinessWith(() => Promise.resolve(held))).toMatchObject({
      status: 'ready',
      components: { 'event-log-readers': { status: 'degraded', reason } },
    }),
  );

  it.each([
    ['when nothing waits', () => Promise.resolve(undefined)],
    ['when it waits for the moment that a transaction takes', () => Promise.resolve({ forMs: 400, by })],
    ['when the store does not answer, which another component says', () => Promise.reject(new Error('away'))],
  ])('is up %s', async (_, heldBack) =>
    expect(await readinessWith(heldBack)).toMatchObject({ components: { 'event-log-readers': { status: 'up' } } }),
  );
});

describe('the log of a service', () => {
  it('says once when readers begin to stand still, and when they go on', async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    let held: HeldBack | undefined;
    const logger = createLogger({ service: 'vault', level: 'debug', destination });
    using watch = new ReadingDelayWatch({ heldBack: () => Promise.resolve(held) }, logger);
    const states: (HeldBack | undefined)[] = [
      ...[undefined, { forMs: 5_001, by }, { forMs: 10_001, by }, undefined, undefined],
      ...[{ forMs: 6_000 }, { forMs: 100 }],
    ];
    for (held of states) await watch.look();
    expect(lines.map((line) => JSON.parse(line) as { level: string; msg: string })).toMatchObject([
      { level: 'warn', msg: expect.stringContaining('backend 4711'), by: { pid: 4711 } },
      { level: 'info', msg: 'Readers of the event log go on' },
      { level: 'warn' },
      { level: 'info' },
    ]);
  });
});
