import type { Clock } from '@keyledger/event-sourcing';
import type { MessageContext } from '@keyledger/messaging';
import { counter, type Logger } from '@keyledger/telemetry';
import type { AdvanceLease } from './application/processes/lease.runner.ts';
import type { SealStatus } from './application/processes/unsealing.ts';
import type { SecretOperations } from './application/secret-operations.ts';
import type { VaultOperations } from './application/vault-operations.ts';

const sealChanges = counter({
  name: 'vault.seal.changed',
  description: 'How often this process was sealed or unsealed',
  attributes: ['sealed'],
});

const leases = counter({
  name: 'vault.lease.settled',
  description: 'Leases that came to their outcome',
  unit: '{lease}',
  attributes: ['status', 'cause'],
});

const reveals = counter({
  name: 'vault.key.revealed',
  description: 'Answers to those who asked for a key',
  unit: '{answer}',
  attributes: ['outcome'],
});

const secretChanges = counter({
  name: 'vault.secret.handled',
  description: 'Commands about secrets that people keep in the vault',
  unit: '{command}',
  attributes: ['command', 'outcome'],
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

/** Counts and logs how the work on a lease ended; a lease that was at rest before is no news. */
export const withLeaseEvents =
  (logger: Logger, clock: Clock, advanceLease: AdvanceLease): AdvanceLease =>
  async (leaseId, context) => {
    const began = clock().toISOString();
    const lease = await advanceLease(leaseId, context);
    const { correlationId } = context;
    if (lease?.status === 'issued' && lease.issuedAt >= began) {
      leases.add(1, { status: 'issued' });
      logger.info({ leaseId, correlationId }, 'A key was issued');
    } else if (lease?.status === 'failed' && lease.failure.failedAt >= began) {
      const { cause, message } = lease.failure;
      leases.add(1, { status: 'failed', cause });
      logger.warn({ leaseId, correlationId, cause, reason: message }, 'A key was not issued');
    } else if (lease?.status === 'ended' && lease.endedAt >= began) {
      leases.add(1, { status: lease.how });
      logger.info({ leaseId, correlationId, how: lease.how }, 'A lease has ended');
    }
    return lease;
  };

/** Counts and logs who obtained a key, and who did not. */
export const withRevealEvents = (logger: Logger, operations: VaultOperations): VaultOperations => ({
  ...operations,
  revealLease: async (input, caller) => {
    const reply = await operations.revealLease(input, caller);
    const outcome = reply.outcome === 'refused' ? reply.code : reply.outcome;
    reveals.add(1, { outcome });
    const { leaseId, grantId, purpose } = input;
    const fields = { leaseId, grantId, purpose, caller: caller.principal.id, correlationId: caller.correlationId };
    if (reply.outcome === 'refused') logger.warn({ ...fields, outcome }, 'A key was not revealed');
    else logger.info(fields, 'A key was revealed to a recipient');
    return reply;
  },
});

const dataKeysUnreadable = counter({
  name: 'vault.data_key.unreadable',
  description: 'Data keys that no master key opens, found while they were to be wrapped anew',
  unit: '{key}',
  attributes: [],
});

export const rewrapFailed = (logger: Logger, error: unknown, keyId?: string): void => {
  if (keyId === undefined) {
    logger.warn({ err: error }, 'Data keys could not be wrapped anew; it goes on in a moment');
    return;
  }
  dataKeysUnreadable.add(1, {});
  logger.error({ dataKeyId: keyId }, 'No master key opens a data key: what it encrypts has to be entered anew');
};

export const shreddingFailed = (logger: Logger, error: unknown): void =>
  logger.warn({ err: error }, 'What is kept no longer could not be shredded; it goes on in a while');

/** Logs what was done with master keys, and by whom. */
export const withMasterKeyEvents = (logger: Logger, operations: VaultOperations): VaultOperations => ({
  ...operations,
  rotateMasterKey: async (input, caller) => {
    const reply = await operations.rotateMasterKey(input, caller);
    const by = { caller: caller.principal.id, correlationId: caller.correlationId, outcome: reply.outcome };
    logger.info({ ...by, ...('result' in reply ? reply.result : {}) }, 'The master key is rotated');
    return reply;
  },
  retireMasterKey: async (input, caller) => {
    const reply = await operations.retireMasterKey(input, caller);
    const by = { caller: caller.principal.id, correlationId: caller.correlationId, outcome: reply.outcome };
    logger.info({ ...by, ...input }, 'A master key is retired');
    return reply;
  },
});

/** Counts a command, or one part of a batch that was handled like it. */
export const secretHandled = (command: string, outcome: string): void => secretChanges.add(1, { command, outcome });

interface Reply {
  readonly outcome: string;
  readonly code?: string;
}

/** Counts and logs who changed or obtained a secret, and who was refused. What was handed in is in none of it. */
export const withSecretEvents = (logger: Logger, operations: SecretOperations): SecretOperations => {
  const observed =
    <Input, Answer extends Reply>(
      command: string,
      answer: (input: Input, caller: MessageContext) => Promise<Answer>,
    ): ((input: Input, caller: MessageContext) => Promise<Answer>) =>
    async (input, caller) => {
      const reply = await answer(input, caller);
      const outcome = reply.code ?? reply.outcome;
      secretHandled(command, outcome);
      const { principal, correlationId } = caller;
      const { secretId } = input as { readonly secretId?: string };
      const fields = { command, outcome, secretId, caller: principal.id, correlationId };
      if (reply.outcome === 'refused') logger.warn(fields, 'A command about a secret was refused');
      else logger.info(fields, 'A command about a secret was handled');
      return reply;
    };
  return {
    ...operations,
    sealSecret: observed('SealSecret', operations.sealSecret),
    replaceSecret: observed('ReplaceSecret', operations.replaceSecret),
    restoreSecret: observed('RestoreSecret', operations.restoreSecret),
    shredSecret: observed('ShredSecret', operations.shredSecret),
    revealSecret: observed('RevealSecret', operations.revealSecret),
    grantCheckout: observed('GrantCheckout', operations.grantCheckout),
    revokeCheckoutGrant: observed('RevokeCheckoutGrant', operations.revokeCheckoutGrant),
    rotateSubmissionKey: observed('RotateSubmissionKey', operations.rotateSubmissionKey),
  };
};
