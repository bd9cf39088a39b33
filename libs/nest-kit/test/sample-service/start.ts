import { LOGGER, type Runner, aborted } from '../../src/index.ts';
import type { Logger } from '@keyledger/telemetry';
import type { INestApplicationContext } from '@nestjs/common';

const announcing = (name: string, logger: Logger): Runner => ({
  name,
  run: async (signal) => {
    logger.info(`${name} runs`);
    await aborted(signal);
    logger.info(`${name} ended`);
  },
});

export const start = (app: INestApplicationContext): readonly Runner[] => {
  const logger = app.get<Logger>(LOGGER);
  return [announcing('first', logger), announcing('second', logger)];
};
