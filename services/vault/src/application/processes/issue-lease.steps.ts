import {
  type CommandContext,
  commandHandler,
  type EventStore,
  type LoadedStream,
  loadStream,
  newId,
} from '@keyledger/event-sourcing';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import type { LeaseCommand } from '../../domain/lease/lease.messages.ts';
import type { IssueStep } from '../../domain/lease/lease.process.ts';
import type { Lease, StartedLease } from '../../domain/lease/lease.state.ts';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { SealSecret } from '../../domain/secret/secret.messages.ts';
import { type Secret, type SealedVersion, versionOf } from '../../domain/secret/secret.state.ts';
import type { Issuers } from '../ports/issuer.port.ts';
import type { IssuedKey, KeyOrder } from '../ports/issuer-keys.ts';
import { type SecretContext, type SecretSealer, SecretUnreadable } from '../ports/secret-sealer.port.ts';
import { ask, type Failure, findKey, issuerOf, type Patience } from './issuer-answers.ts';

export interface IssueStepDeps extends Patience {
  readonly eventStore: EventStore;
  readonly issuers: Issuers;
  readonly sealer: SecretSealer;
}

type StepOf<Kind extends IssueStep['kind']> = Extract<IssueStep, { kind: Kind }>;

/** Resolves with the lease after the step, or with nothing when it has to be loaded again. */
export type PerformIssueStep = (
  step: IssueStep,
  context: CommandContext,
  seen: LoadedStream<Lease>,
) => Promise<LoadedStream<Lease> | undefined>;

/**
 * Does one step and records what came of it. Each step may run again, in any replica, for the same state: the key is
 * taken from the secret's stream once it lies there, never from memory, so every repetition asks for the same key.
 */
export const issueSteps = (deps: IssueStepDeps): PerformIssueStep => {
  const handleLease = commandHandler(deps.eventStore, leases);
  return async (step, context, seen) => {
    const command = await outcomeOf(deps, step, context).catch((error: unknown) => {
      if (error instanceof SecretUnreadable) return unreadable(deps, step);
      throw error;
    });
    if (command === undefined) return undefined;
    const handled = await handleLease(step.lease.leaseId, command, nextCommand(deps, context), seen);
    if (handled.outcome === 'refused') throw new Error(`${command.type} was refused: ${handled.code}`);
    return handled;
  };
};

const outcomeOf = (
  deps: IssueStepDeps,
  step: IssueStep,
  context: CommandContext,
): Promise<LeaseCommand | undefined> => {
  switch (step.kind) {
    case 'discard-key':
      return discardKey(deps, step);
    case 'seal-key':
      return sealKey(deps, step, context);
    case 'request-key':
      return requestKey(deps, step);
  }
};

const discardKey = async (
  deps: IssueStepDeps,
  { lease, issuerKeyId }: StepOf<'discard-key'>,
): Promise<LeaseCommand> => {
  const revoked = await ask(deps, lease, async () => issuerOf(deps.issuers, lease).revoke(issuerKeyId));
  if ('cause' in revoked) return failed(deps, lease, revoked, false);
  return { type: 'RecordKeyDiscarded', data: { leaseId: lease.leaseId, issuerKeyId, now: now(deps) } };
};

/** Of several replicas that seal a key at once one wins; the others find its key on their next look. */
const sealKey = async (
  deps: IssueStepDeps,
  { lease }: StepOf<'seal-key'>,
  context: CommandContext,
): Promise<LeaseCommand | undefined> => {
  const { sealer } = deps;
  const { keys } = issuerOf(deps.issuers, lease);
  const secret = secretContextOf(lease);
  const seen = await loadStream(deps.eventStore, secrets, lease.leaseId);
  const stored = storedKey(seen, lease);
  if (stored !== undefined) {
    using key = await sealer.open(stored.envelope, secret);
    return keySealed(deps, lease, keys.keyIdOf(key), stored.mask);
  }
  using key = keys.newKey();
  const sealed = await sealer.seal(key, secret);
  const command: SealSecret = { type: 'SealSecret', data: { ...secret, ...sealed, now: now(deps) } };
  const handled = await commandHandler(deps.eventStore, secrets)(
    lease.leaseId,
    command,
    nextCommand(deps, context),
    seen,
  );
  if (handled.outcome === 'refused') throw new Error(`Sealing the key of a lease was refused: ${handled.code}`);
  return handled.outcome === 'accepted' ? keySealed(deps, lease, keys.keyIdOf(key), sealed.mask) : undefined;
};

const requestKey = async (
  deps: IssueStepDeps,
  { lease, issuerKeyId }: StepOf<'request-key'>,
): Promise<LeaseCommand> => {
  const stored = storedKey(await loadStream(deps.eventStore, secrets, lease.leaseId), lease);
  if (stored === undefined) throw new SecretUnreadable();
  using key = await deps.sealer.open(stored.envelope, secretContextOf(lease));
  const asked = await ask(deps, lease, async () =>
    issuerOf(deps.issuers, lease).keys.issue({ ...orderOf(lease), secret: key }),
  );
  if ('cause' in asked) {
    const found = await findKey(deps.issuers, lease, issuerKeyId);
    return typeof found === 'object' ? issued(deps, lease, found) : failed(deps, lease, asked, found === 'unknown');
  }
  if (asked.answer.outcome === 'issued') return issued(deps, lease, asked.answer.key);
  const message = `The issuer has a key of somebody else under the name ${lease.alias}`;
  return failed(deps, lease, { cause: 'alias-taken', message }, false);
};

const unreadable = async (deps: IssueStepDeps, { lease }: IssueStep): Promise<LeaseCommand> => {
  const message = 'The key was sealed and cannot be opened any more; a retry chooses a new one';
  const mayExist = lease.key !== undefined && (await findKey(deps.issuers, lease, lease.key.issuerKeyId)) !== 'absent';
  return failed(deps, lease, { cause: 'secret-unreadable', message }, mayExist);
};

const storedKey = ({ state }: LoadedStream<Secret>, { generation }: StartedLease): SealedVersion | undefined =>
  versionOf(state, generation);

const now = ({ clock }: Patience): string => clock().toISOString();

/** A command of its own: what a repetition finds has changed, so its events are others. */
const nextCommand = (deps: Patience, context: CommandContext): CommandContext => ({
  ...context,
  commandId: newId(),
  occurredAt: now(deps),
});

const keySealed = (deps: Patience, lease: StartedLease, issuerKeyId: string, mask: string): LeaseCommand => {
  const { leaseId, generation } = lease;
  return { type: 'RecordKeySealed', data: { leaseId, generation, issuerKeyId, mask, now: now(deps) } };
};

const issued = (deps: IssueStepDeps, lease: StartedLease, { expiresAt }: IssuedKey): LeaseCommand => {
  const { leaseId, generation } = lease;
  const { gatewayUrl } = issuerOf(deps.issuers, lease);
  const expiry = expiresAt === undefined ? {} : { expiresAt };
  return { type: 'RecordKeyIssued', data: { leaseId, generation, gatewayUrl, ...expiry, now: now(deps) } };
};

const failed = (deps: Patience, lease: StartedLease, failure: Failure, mayExistAtIssuer: boolean): LeaseCommand => {
  const { leaseId, generation } = lease;
  const { cause, message } = failure;
  return {
    type: 'RecordIssueFailed',
    data: { leaseId, generation, cause, message, mayExistAtIssuer, now: now(deps) },
  };
};

/** The key of a lease is the secret of the same id; its generations are the versions. */
const secretContextOf = ({ leaseId, generation, terms }: StartedLease): SecretContext => ({
  secretId: leaseId,
  version: generation,
  owner: terms.owner,
});

const orderOf = ({ leaseId, generation, alias, terms }: StartedLease): KeyOrder => ({
  alias,
  owner: terms.owner,
  modelIds: terms.modelIds,
  duration: terms.duration,
  budget: terms.budget,
  labels: { leaseId, requestId: terms.requestId, generation },
});
