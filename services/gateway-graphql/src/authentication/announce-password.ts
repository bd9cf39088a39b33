import type { Logger } from '@keyledger/telemetry';

/**
 * Tells the operator a generated password, once. It goes to standard error as it is: the log hides what looks like a
 * secret, and it shall not be kept there.
 */
export const announcePassword = (username: string, password: string, logger: Logger): void => {
  logger.warn('no administrator password is configured: one was generated for this run; set ADMIN_PASSWORD');
  process.stderr.write(`\n  Keyledger administrator: ${username}\n  Generated password:      ${password}\n\n`);
};
