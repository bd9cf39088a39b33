import { describe, expect, it } from '@jest/globals';
import { createLogger } from '@keyledger/telemetry';
import { nestLogger } from './nest-logger.ts';

const recorded = () => {
  const lines: string[] = [];
  const logger = nestLogger(
    createLogger({ service: 'vault', level: 'debug', destination: { write: (line) => void lines.push(line) } }),
  );
  return { logger, record: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
};

describe("Nest's messages", () => {
  it('about the start are for debugging', () => {
    const { logger, record } = recorded();
    logger.log('AppModule dependencies initialized', 'InstanceLoader');
    expect(record()).toMatchObject({
      level: 'debug',
      msg: 'AppModule dependencies initialized',
      context: 'InstanceLoader',
    });
  });

  it('about errors keep stack and context', () => {
    const { logger, record } = recorded();
    logger.error('boom', 'Error: boom\n    at x', 'ExceptionsHandler');
    expect(record()).toMatchObject({
      level: 'error',
      msg: 'boom',
      stack: 'Error: boom\n    at x',
      context: 'ExceptionsHandler',
    });
    logger.error(new TypeError('bug'));
    expect(record()).toMatchObject({ level: 'error', msg: 'bug', err: { type: 'TypeError' } });
  });

  it('that are objects are written as text', () => {
    const { logger, record } = recorded();
    logger.warn({ a: 1 }, 'Context');
    expect(record()).toMatchObject({ level: 'warn', msg: '{"a":1}', context: 'Context' });
  });
});
