import type { LeaseStep } from '../../domain/lease/lease.process.ts';
import { isLive, type LiveLease } from '../../domain/lease/lease.state.ts';
import type { Issuer } from '../ports/issuer.port.ts';
import { ask } from './issuer-answers.ts';
import { type AfterStep, handle, type LeaseStepDeps, nowOf, recordFailed, type StepRun } from './lease-records.ts';

type Step = Extract<LeaseStep, { kind: 'obtain-key' }>;

/** Where spending is counted for each key by itself, can be read, and the budget of a key can be put right later. */
const countsByKey = ({ enforces, usage, changes }: Issuer): boolean =>
  enforces.includes('budget') && usage !== undefined && changes?.can.includes('budget') === true;

/** The lease whose successor would have the whole budget although keys before it have spent of it. */
export const leaseToCarryFrom = ({ lease }: Step, issuer: Issuer): LiveLease | undefined => {
  if (!isLive(lease) || lease.terms.budget === undefined) return undefined;
  return lease.rotation?.carried === undefined && countsByKey(issuer) ? lease : undefined;
};

/** Writes down what a successor may still spend, before it is ordered. */
export const carryBudget = async (
  deps: LeaseStepDeps,
  run: StepRun,
  { making }: Step,
  { issuer, lease }: { readonly issuer: Issuer; readonly lease: LiveLease },
): AfterStep => {
  const { generation, attemptedSince } = making;
  const asked = await ask(deps, attemptedSince, () => deps.observeLease(issuer, lease));
  if ('cause' in asked) return recordFailed(deps, run, { lease, making }, { ...asked, mayExistAtIssuer: false });
  const { spentUsd, budgetResetAt } = asked.answer;
  const now = nowOf(deps);
  const isToCome = budgetResetAt !== undefined && Date.parse(budgetResetAt) > Date.parse(now);
  const reset = isToCome ? { resetsAt: budgetResetAt } : {};
  const data = { leaseId: lease.leaseId, generation, spentUsd, ...reset, now };
  return handle(deps, run, { type: 'RecordBudgetCarriedOver', data });
};
