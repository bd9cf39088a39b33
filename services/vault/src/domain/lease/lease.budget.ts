import { accept, deriveId, ignore } from '@keyledger/event-sourcing';
import { toMs } from '../policies/spans.ts';
import { type LeaseDecision, subjectOf } from './lease.decision.ts';
import { later } from './lease.discarding.ts';
import type { RecordBudgetCarriedOver } from './lease.rotation.messages.ts';
import type { LiveLease } from './lease.state.ts';
import type { LeaseLimits } from './lease.terms.ts';

/** No issuer takes nothing for a budget, and some take it for no limit. */
const LEAST_USD = 0.000_001;

/** Sums of dollars are not exact in binary. */
const left = (maxUsd: number, spentUsd: number): number =>
  Math.max(LEAST_USD, Math.round((maxUsd - spentUsd) * 1e6) / 1e6);

/** Once for each successor, before it is ordered: its order must be the same when it is repeated. */
export const recordBudgetCarriedOver = ({ data }: RecordBudgetCarriedOver, state: LiveLease): LeaseDecision => {
  const { generation, spentUsd, resetsAt, now } = data;
  const { rotation } = state;
  const { budget } = state.terms;
  if (rotation?.generation !== generation || rotation.carried !== undefined) return ignore('that has been recorded');
  if (rotation.key !== undefined || rotation.requestedFrom !== undefined) return ignore('the key has been ordered');
  if (budget === undefined) return ignore('the lease has no budget');
  const { period } = budget;
  const end = period === undefined ? undefined : (resetsAt ?? later(now, toMs(period)));
  return accept({
    type: 'LeaseBudgetCarriedOver',
    data: {
      ...subjectOf(state, generation),
      rotationId: rotation.rotationId,
      spentUsd,
      budget: { ...budget, maxUsd: left(budget.maxUsd, spentUsd) },
      ...(end === undefined ? {} : { until: end }),
      carriedAt: now,
    },
  });
};

/** The budget that the key which counts has at the issuer. */
export const budgetOf = ({ carried, terms }: LiveLease): LeaseLimits['budget'] => carried?.budget ?? terms.budget;

/** Of the change that gives the key its whole budget back when the period is over; there is one for each key. */
export const restorationIdOf = ({ leaseId, generation }: LiveLease): string =>
  deriveId('restored-budget', leaseId, generation);
