import { restorationIdOf } from '../../domain/lease/lease.budget.ts';
import type { LeaseStep } from '../../domain/lease/lease.process.ts';
import { SecretUnreadable } from '../ports/secret-sealer.port.ts';
import { unusedCopies } from '../unused-copies.ts';
import { applyChange } from './apply-change.step.ts';
import { confirmKey } from './confirm-key.step.ts';
import { discardKey, retireKey } from './end-key.steps.ts';
import { findKey } from './issuer-answers.ts';
import { type AfterStep, handle, type LeaseStepDeps, nowOf, recordFailed, type StepRun } from './lease-records.ts';
import { obtainKey } from './obtain-key.step.ts';

/**
 * Does one step and records what came of it. Each step may run again, in any replica, for the same state: a key is
 * taken from the secret's stream once it lies there, never from memory.
 */
export const leaseSteps =
  (deps: LeaseStepDeps) =>
  async (step: LeaseStep, run: StepRun): AfterStep => {
    const { leaseId } = step.lease;
    const now = nowOf(deps);
    switch (step.kind) {
      case 'discard-key':
        return discardKey(deps, run, step);
      case 'obtain-key':
        return obtainKey(deps, run, step).catch((error: unknown) => unreadable(deps, run, step, error));
      case 'give-up-key':
        return handle(deps, run, { type: 'RecordKeyLost', data: { leaseId, generation: step.making.generation, now } });
      case 'confirm-key':
        return confirmKey(deps, run, step).catch((error: unknown) => unreadable(deps, run, step, error));
      case 'apply-change':
        return applyChange(deps, run, step);
      case 'retire-key':
        return retireKey(deps, run, step);
      case 'restore-budget':
        return restoreBudget(deps, run, step);
      case 'expire':
        return handle(deps, run, { type: 'ExpireLease', data: { leaseId, now } });
      case 'finish-ending':
        await unusedCopies(deps).discardAll(step.lease);
        return handle(deps, run, { type: 'FinishEnding', data: { leaseId, now } });
    }
  };

/** A change like any other: it is asked for again, looked up, and a difference when it fails for good. */
const restoreBudget = (
  deps: LeaseStepDeps,
  run: StepRun,
  { lease }: Extract<LeaseStep, { kind: 'restore-budget' }>,
): AfterStep => {
  const { leaseId, terms } = lease;
  const limits = terms.budget === undefined ? {} : { budget: terms.budget };
  const data = { leaseId, changeId: restorationIdOf(lease), limits, now: nowOf(deps) };
  return handle(deps, run, { type: 'ChangeLeaseLimits', data });
};

const unreadable = async (
  deps: LeaseStepDeps,
  run: StepRun,
  step: Extract<LeaseStep, { kind: 'obtain-key' | 'confirm-key' }>,
  error: unknown,
): AfterStep => {
  if (!(error instanceof SecretUnreadable)) throw error;
  const message = 'The key was sealed and cannot be opened any more; a retry chooses a new one';
  const { key } = step.making;
  const mayExistAtIssuer = key !== undefined && (await findKey(deps.issuers, step.lease, key.issuerKeyId)) !== 'absent';
  return recordFailed(deps, run, step, { cause: 'secret-unreadable', message, mayExistAtIssuer });
};
