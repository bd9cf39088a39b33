import { describe, expect, it } from '@jest/globals';
import { readLogLine } from './log-line.ts';

const now = new Date('2026-11-21T08:00:00Z');

describe('a line that a part printed', () => {
  it('is understood when it is JSON', () => {
    const line =
      '{"level":40,"time":1795248000000,"pid":7,"hostname":"h","service":"vault","msg":"slow","ms":12,"traceId":"4f"}';
    expect(readLogLine(line, now)).toEqual({
      level: 'warn',
      time: new Date(1_795_248_000_000),
      message: 'slow',
      fields: { ms: 12 },
    });
  });

  it.each([
    ['{"level":"fatal","msg":"x"}', 'error'],
    ['{"level":20,"msg":"x"}', 'debug'],
    ['2026-11-21 08:00:00.000 UTC [12] FATAL:  the database system is starting up', 'error'],
    ['2026-11-21 08:00:00.000 UTC [12] LOG:  checkpoint starting: time', 'info'],
    ['[77] 2026/11/21 08:00:00.000000 [WRN] slow consumer', 'warn'],
    ['TypeError: x is not a function', 'error'],
  ])('%s has a level', (line, level) => {
    expect(readLogLine(line, now).level).toBe(level);
  });

  it('loses what servers put in front of their words', () => {
    const lines = [
      '[77] 2026/11/21 08:00:00.000000 [INF] Server is ready',
      '2026-11-21 08:00:00.000 UTC [12] LOG:  database system is ready',
      'plain words',
      '{"broken',
    ];
    expect(lines.map((line) => readLogLine(line, now).message)).toEqual([
      'Server is ready',
      'database system is ready',
      'plain words',
      '{"broken',
    ]);
  });
});
