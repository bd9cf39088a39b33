import {
  type CommandContext,
  commandHandler,
  type EventStore,
  type LoadedStream,
  newId,
} from '@keyledger/event-sourcing';
import { mayLive } from '../../domain/lease/lease.discarding.ts';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import type { LeaseCommand } from '../../domain/lease/lease.messages.ts';
import type { KeyInMaking, KnownLease, Lease } from '../../domain/lease/lease.state.ts';
import type { ObserveLease } from '../lease-usage/observe-lease.ts';
import type { Issuers } from '../ports/issuer.port.ts';
import type { IssuedKey } from '../ports/issuer-keys.ts';
import type { SecretSealer } from '../ports/secret-sealer.port.ts';
import { type Failure, issuerOf, type Patience } from './issuer-answers.ts';
import { expiryOf } from './key-order.ts';

export interface LeaseStepDeps extends Patience {
  readonly eventStore: EventStore;
  readonly issuers: Issuers;
  readonly observeLease: ObserveLease;
  readonly sealer: SecretSealer;
}

/** On whose behalf a step is done, and the lease as it was found. */
export interface StepRun {
  readonly context: CommandContext;
  readonly seen: LoadedStream<Lease>;
}

/** The lease after a step, or nothing when it has to be loaded again. */
export type AfterStep = Promise<LoadedStream<Lease> | undefined>;

export const nowOf = ({ clock }: Patience): string => clock().toISOString();

/** A command of its own: what a repetition finds has changed, so its events are others. */
export const nextCommand = (deps: Patience, context: CommandContext): CommandContext => ({
  ...context,
  commandId: newId(),
  occurredAt: nowOf(deps),
});

/** A step knows what the lease was like; a refusal of what came of it is a defect. */
export const handle = async (deps: LeaseStepDeps, { context, seen }: StepRun, command: LeaseCommand) => {
  const { leaseId } = command.data;
  const handled = await commandHandler(deps.eventStore, leases)(leaseId, command, nextCommand(deps, context), seen);
  if (handled.outcome === 'refused') throw new Error(`${command.type} was refused: ${handled.code}`);
  return handled;
};

/**
 * Records that a key is there. When the lease has moved on meanwhile, nobody would end a key that came to life after
 * the others were ended: whoever brought it to life does.
 */
export const recordKey = async (
  deps: LeaseStepDeps,
  run: StepRun,
  command: LeaseCommand,
  issuerKeyId: string,
): AfterStep => {
  const handled = await handle(deps, run, command);
  const { state } = handled;
  if (handled.outcome === 'accepted' || state.status === 'absent' || mayLive(state, issuerKeyId)) return handled;
  await issuerOf(deps.issuers, state).revoke(issuerKeyId);
  return undefined;
};

/** An issuer that ends no keys by itself has no say in when they expire; the vault ends them. */
export const recordIssued = (
  deps: LeaseStepDeps,
  run: StepRun,
  { lease, making }: { readonly lease: KnownLease; readonly making: KeyInMaking },
  { issuerKeyId, expiresAt }: Pick<IssuedKey, 'issuerKeyId' | 'expiresAt'>,
): AfterStep => {
  const { leaseId } = lease;
  const { gatewayUrl, enforces } = issuerOf(deps.issuers, lease);
  const reckoned = enforces.includes('expiry') ? undefined : expiryOf(lease, nowOf(deps));
  const expiry = expiresAt ?? reckoned;
  const data = { leaseId, generation: making.generation, gatewayUrl, now: nowOf(deps) };
  const command = {
    type: 'RecordKeyIssued',
    data: { ...data, ...(expiry === undefined ? {} : { expiresAt: expiry }) },
  };
  return recordKey(deps, run, command as LeaseCommand, issuerKeyId);
};

export const recordFailed = (
  deps: LeaseStepDeps,
  run: StepRun,
  { lease, making }: { readonly lease: KnownLease; readonly making: Pick<KeyInMaking, 'generation'> },
  { cause, message, mayExistAtIssuer }: Failure & { readonly mayExistAtIssuer: boolean },
): AfterStep => {
  const failure = { generation: making.generation, cause, message, mayExistAtIssuer };
  return handle(deps, run, {
    type: 'RecordIssueFailed',
    data: { leaseId: lease.leaseId, ...failure, now: nowOf(deps) },
  });
};
