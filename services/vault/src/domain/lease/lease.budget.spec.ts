import { describe, expect, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { budgetOf, restorationIdOf } from './lease.budget.ts';
import { lease } from './lease.decider.ts';
import { terms } from './lease.examples.ts';
import { leaseChangeFailed, leaseLimitsChanged, leaseLimitsChangeStarted } from './lease.changes.examples.ts';
import { issued } from './lease.making.examples.ts';
import {
  leaseBudgetCarriedOver,
  leaseRotated,
  leaseRotationStarted,
  recordBudgetCarriedOver,
  successorSealed,
} from './lease.rotation.examples.ts';
import type { LeaseEvent } from './lease.messages.ts';
import { dueAt, nextStep } from './lease.process.ts';
import type { Lease, LiveLease } from './lease.state.ts';

const given = specify(lease.decider);
const after = (...events: readonly LeaseEvent[]): Lease =>
  events.reduce(lease.decider.evolve, lease.decider.initialState);

const of = (budget: { maxUsd: number; period?: string } | undefined): readonly LeaseEvent[] => {
  const { budget: _former, ...rest } = terms;
  return issued.map((event) =>
    event.type === 'LeaseStarted' ? ({ ...event, data: { ...event.data, ...rest, budget } } as LeaseEvent) : event,
  );
};
const budget = { maxUsd: 10, period: '30d' };
const rotating = [...of(budget), leaseRotationStarted];
const rotated = [...rotating, leaseBudgetCarriedOver, successorSealed, leaseRotated];
const { until = '' } = leaseBudgetCarriedOver.data;

const carried = (data: object): LeaseEvent => ({
  ...leaseBudgetCarriedOver,
  data: { ...leaseBudgetCarriedOver.data, ...data },
});

describe('what a lease has spent', () => {
  it('is taken off the budget of a successor, until its issuer counts anew', () =>
    given(...rotating)
      .when(recordBudgetCarriedOver)
      .then(leaseBudgetCarriedOver));

  it('is taken off for a whole period where the issuer does not say when it counts anew', () => {
    const { resetsAt: _unsaid, ...data } = recordBudgetCarriedOver.data;
    given(...rotating)
      .when({ ...recordBudgetCarriedOver, data })
      .then(carried({ until: '2026-12-22T08:00:00.000Z' }));
  });

  it('is taken off for good from a budget that is for once', () => {
    const { until: _never, ...event } = leaseBudgetCarriedOver.data;
    given(...of({ maxUsd: 10 }), leaseRotationStarted)
      .when(recordBudgetCarriedOver)
      .then({ ...leaseBudgetCarriedOver, data: { ...event, budget: { maxUsd: 5.75 } } });
  });

  it('leaves next to nothing of a budget that is used up, but a budget', () =>
    given(...rotating)
      .when({ ...recordBudgetCarriedOver, data: { ...recordBudgetCarriedOver.data, spentUsd: 12 } })
      .then(carried({ spentUsd: 12, budget: { maxUsd: 0.000_001, period: '30d' } })));

  it('is written down once, before the key is ordered, and for the successor that is being made', () => {
    for (const events of [
      [...rotating, leaseBudgetCarriedOver],
      [...rotating, successorSealed],
      [...of(undefined), leaseRotationStarted],
      of(budget),
      rotated,
    ])
      given(...events)
        .when(recordBudgetCarriedOver)
        .thenIgnored();
  });
});

describe('a successor with a part of the budget', () => {
  const live = after(...rotated) as LiveLease;

  it('has it in the place of the budget of the terms', () => {
    expect(budgetOf(live)).toEqual({ maxUsd: 5.75, period: '30d' });
    expect(live.terms.budget).toEqual(budget);
    expect(budgetOf(after(...of(budget)) as LiveLease)).toEqual(budget);
  });

  it('gets the whole one when the period is over', () => {
    expect(nextStep(live, '2026-11-22T09:00:00.000Z')).toBeUndefined();
    expect(nextStep(live, until)).toMatchObject({ kind: 'restore-budget' });
    expect(Date.parse(dueAt(live) ?? '')).toBeLessThanOrEqual(Date.parse(until));
    const restored = after(...rotated, leaseLimitsChangeStarted, {
      ...leaseLimitsChanged,
      data: { ...leaseLimitsChanged.data, budget },
    });
    expect(budgetOf(restored as LiveLease)).toEqual(budget);
    expect(nextStep(restored, until)).toBeUndefined();
  });

  it('keeps it when other limits change, or another change fails', () => {
    const { budget: _kept, ...data } = leaseLimitsChanged.data;
    for (const event of [{ ...leaseLimitsChanged, data }, leaseChangeFailed])
      expect(budgetOf(after(...rotated, leaseLimitsChangeStarted, event) as LiveLease)).toMatchObject({ maxUsd: 5.75 });
  });

  it('is a difference to its issuer, and asked for no more, when the whole one was refused', () => {
    const failed = { ...leaseChangeFailed, data: { ...leaseChangeFailed.data, changeId: restorationIdOf(live) } };
    const state = after(...rotated, leaseLimitsChangeStarted, failed);
    expect(budgetOf(state as LiveLease)).toEqual(budget);
    expect(nextStep(state, until)).toBeUndefined();
  });
});
