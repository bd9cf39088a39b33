import type { Logger } from '@keyledger/telemetry';
import type { LoggerService } from '@nestjs/common';

const textOf = (message: unknown): string =>
  message instanceof Error ? message.message : typeof message === 'string' ? message : JSON.stringify(message);

/** Nest's last parameter is the name of the class that logs. */
const fieldsOf = (message: unknown, parameters: readonly unknown[]): object => {
  const context = parameters.at(-1);
  return {
    ...(message instanceof Error ? { err: message } : {}),
    ...(typeof context === 'string' ? { context } : {}),
  };
};

/** Routes what Nest logs to our logger. Its information about start-up is of interest only when something is wrong. */
export const nestLogger = (logger: Logger): LoggerService => ({
  log: (message: unknown, ...rest: unknown[]) => logger.debug(fieldsOf(message, rest), textOf(message)),
  error: (message: unknown, ...rest: unknown[]) => {
    const [stack] = rest.length > 1 ? rest : [];
    logger.error({ ...fieldsOf(message, rest), ...(typeof stack === 'string' ? { stack } : {}) }, textOf(message));
  },
  warn: (message: unknown, ...rest: unknown[]) => logger.warn(fieldsOf(message, rest), textOf(message)),
  debug: (message: unknown, ...rest: unknown[]) => logger.debug(fieldsOf(message, rest), textOf(message)),
  verbose: (message: unknown, ...rest: unknown[]) => logger.trace(fieldsOf(message, rest), textOf(message)),
  fatal: (message: unknown, ...rest: unknown[]) => logger.fatal(fieldsOf(message, rest), textOf(message)),
});
