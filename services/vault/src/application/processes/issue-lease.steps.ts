import { isTransient } from '@keyledger/errors';
import {
  type Clock,
  type CommandContext,
  commandHandler,
  type EventStore,
  loadStream,
  newId,
} from '@keyledger/event-sourcing';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import type { FailureCause, LeaseCommand } from '../../domain/lease/lease.messages.ts';
import type { IssueStep } from '../../domain/lease/lease.process.ts';
import type { StartedLease } from '../../domain/lease/lease.state.ts';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { SealSecret } from '../../domain/secret/secret.messages.ts';
import { type SealedVersion, versionOf } from '../../domain/secret/secret.state.ts';
import { type IssuedKey, type Issuer, IssuerRefused, type KeyOrder } from '../ports/issuer.port.ts';
import { type SecretContext, type SecretSealer, SecretUnreadable } from '../ports/secret-sealer.port.ts';

export interface IssueStepDeps {
  readonly eventStore: EventStore;
  readonly issuer: Issuer;
  readonly sealer: SecretSealer;
  readonly clock: Clock;
  /** How long an issuer that does not answer is asked again before the lease fails. */
  readonly giveUpAfterMs: number;
}

interface Failure {
  readonly cause: FailureCause;
  readonly message: string;
}

/**
 * Does one step and records what came of it. Each step may run again, in any replica, for the same state: the key is
 * taken from the secret's stream once it lies there, never from memory, so every repetition asks for the same key.
 */
export const issueSteps = (deps: IssueStepDeps): ((step: IssueStep, context: CommandContext) => Promise<void>) => {
  const { eventStore, issuer, sealer, clock } = deps;
  const handleLease = commandHandler(eventStore, leases);
  const handleSecret = commandHandler(eventStore, secrets);
  const now = (): string => clock().toISOString();

  /** A no of the issuer, or silence for too long, is a failure; any other fault is thrown, to be tried again later. */
  const ask = async <Answer>(
    lease: StartedLease,
    call: () => Promise<Answer>,
  ): Promise<{ answer: Answer } | Failure> => {
    try {
      return { answer: await call() };
    } catch (error) {
      if (error instanceof IssuerRefused) return { cause: error.reason, message: error.message };
      const isTimeUp = clock().getTime() - Date.parse(lease.attemptedSince) > deps.giveUpAfterMs;
      if (!isTransient(error) || !isTimeUp) throw error;
      return { cause: 'issuer-unavailable', message: `No answer in time. ${(error as Error).message}` };
    }
  };

  /** Whether the issuer has our key; `unknown` when it does not say. */
  const find = async (issuerKeyId: string): Promise<IssuedKey | 'absent' | 'unknown'> => {
    try {
      return (await issuer.lookup(issuerKeyId)) ?? 'absent';
    } catch (error) {
      if (error instanceof IssuerRefused || isTransient(error)) return 'unknown';
      throw error;
    }
  };

  const issued = ({ leaseId, generation }: StartedLease, { expiresAt }: IssuedKey): LeaseCommand => ({
    type: 'RecordKeyIssued',
    data: {
      leaseId,
      generation,
      gatewayUrl: issuer.gatewayUrl,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      now: now(),
    },
  });

  const failed = (
    { leaseId, generation }: StartedLease,
    failure: Failure,
    mayExistAtIssuer: boolean,
  ): LeaseCommand => ({
    type: 'RecordIssueFailed',
    data: { leaseId, generation, ...failure, mayExistAtIssuer, now: now() },
  });

  const discardKey = async ({ lease, issuerKeyId }: StepOf<'discard-key'>): Promise<LeaseCommand> => {
    const revoked = await ask(lease, () => issuer.revoke(issuerKeyId));
    if ('cause' in revoked) return failed(lease, revoked, false);
    return { type: 'RecordKeyDiscarded', data: { leaseId: lease.leaseId, issuerKeyId, now: now() } };
  };

  const storedKey = async ({ leaseId, generation }: StartedLease): Promise<SealedVersion | undefined> =>
    versionOf((await loadStream(eventStore, secrets, leaseId)).state, generation);

  const keySealed = ({ leaseId, generation }: StartedLease, issuerKeyId: string, mask: string): LeaseCommand => ({
    type: 'RecordKeySealed',
    data: { leaseId, generation, issuerKeyId, mask, now: now() },
  });

  /** Of several replicas that seal a key at once one wins; the others find its key on their next look. */
  const sealKey = async ({ lease }: StepOf<'seal-key'>, context: CommandContext): Promise<LeaseCommand | undefined> => {
    const stored = await storedKey(lease);
    if (stored !== undefined) {
      using key = await sealer.open(stored.envelope, secretContextOf(lease));
      return keySealed(lease, issuer.keyIdOf(key), stored.mask);
    }
    using key = issuer.newKey();
    const secret = secretContextOf(lease);
    const sealed = await sealer.seal(key, secret);
    const command: SealSecret = { type: 'SealSecret', data: { ...secret, ...sealed, now: now() } };
    const handled = await handleSecret(lease.leaseId, command, { ...context, commandId: newId(), occurredAt: now() });
    if (handled.outcome === 'refused') throw new Error(`Sealing the key of a lease was refused: ${handled.code}`);
    return handled.outcome === 'accepted' ? keySealed(lease, issuer.keyIdOf(key), sealed.mask) : undefined;
  };

  const requestKey = async ({ lease, issuerKeyId }: StepOf<'request-key'>): Promise<LeaseCommand> => {
    const stored = await storedKey(lease);
    if (stored === undefined) throw new SecretUnreadable();
    using key = await sealer.open(stored.envelope, secretContextOf(lease));
    const asked = await ask(lease, () => issuer.issue(orderOf(lease, key)));
    if ('cause' in asked) {
      const found = await find(issuerKeyId);
      return typeof found === 'object' ? issued(lease, found) : failed(lease, asked, found === 'unknown');
    }
    if (asked.answer.outcome === 'issued') return issued(lease, asked.answer.key);
    const message = `The issuer has a key of somebody else under the name ${lease.alias}`;
    return failed(lease, { cause: 'alias-taken', message }, false);
  };

  const unreadable = async ({ lease }: IssueStep): Promise<LeaseCommand> => {
    const message = 'The key was sealed and cannot be opened any more; a retry chooses a new one';
    const mayExist = lease.key !== undefined && (await find(lease.key.issuerKeyId)) !== 'absent';
    return failed(lease, { cause: 'secret-unreadable', message }, mayExist);
  };

  const outcomeOf = (step: IssueStep, context: CommandContext): Promise<LeaseCommand | undefined> => {
    switch (step.kind) {
      case 'discard-key':
        return discardKey(step);
      case 'seal-key':
        return sealKey(step, context);
      case 'request-key':
        return requestKey(step);
    }
  };

  return async (step, context) => {
    const command = await outcomeOf(step, context).catch((error: unknown) => {
      if (error instanceof SecretUnreadable) return unreadable(step);
      throw error;
    });
    if (command === undefined) return;
    const { leaseId } = step.lease;
    const handled = await handleLease(leaseId, command, { ...context, commandId: newId(), occurredAt: now() });
    if (handled.outcome === 'refused') throw new Error(`${command.type} was refused: ${handled.code}`);
  };
};

type StepOf<Kind extends IssueStep['kind']> = Extract<IssueStep, { kind: Kind }>;

/** The key of a lease is the secret of the same id; its generations are the versions. */
export const secretContextOf = ({ leaseId, generation, terms }: StartedLease): SecretContext => ({
  secretId: leaseId,
  version: generation,
  owner: terms.owner,
});

const orderOf = ({ leaseId, generation, alias, terms }: StartedLease, secret: KeyOrder['secret']): KeyOrder => ({
  secret,
  alias,
  owner: terms.owner,
  modelIds: terms.modelIds,
  duration: terms.duration,
  budget: terms.budget,
  labels: { leaseId, requestId: terms.requestId, generation },
});
