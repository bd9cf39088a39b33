import { counter, type Logger } from '@keyledger/telemetry';
import type { SealStatus } from './application/processes/unsealing.ts';

const sealChanges = counter({
  name: 'vault.seal.changed',
  description: 'How often this process was sealed or unsealed',
  attributes: ['sealed'],
});

export const sealStatusChanged = (logger: Logger, status: SealStatus, error?: unknown): void => {
  sealChanges.add(1, { sealed: status.isSealed });
  if (!status.isSealed) logger.info({}, 'The vault is unsealed');
  else if (error === undefined) logger.warn({ reason: status.reason }, 'The vault is sealed');
  else logger.error({ reason: status.reason, err: error }, 'The vault is sealed');
};

export const leaseResumeFailed = (logger: Logger, leaseId: string, error: unknown): void => {
  logger.warn({ leaseId, err: error }, 'A lease that waits for its key could not be continued; it comes back');
};
