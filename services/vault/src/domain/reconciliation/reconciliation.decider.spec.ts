import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { specify } from '@keyledger/event-sourcing/testing';
import { ada } from '../secret/secret.examples.ts';
import { differenceIdOf } from './difference.ts';
import { MOST_OPEN, reconciliation } from './reconciliation.decider.ts';
import {
  acknowledged,
  acknowledgeDifference,
  completed,
  completeReconciliation,
  limitsChanged,
  limitsChangedFound,
  reconciliationEvents,
  reconciliationRequested,
  recordRepaired,
  recordRepairFailed,
  repaired,
  repairFailed,
  repairStarted,
  reportDifferences,
  requestReconciliation,
  secondRunId,
  startRepair,
  unknownKeyFound,
  vanished,
} from './reconciliation.examples.ts';

const given = specify(reconciliation.decider);

const later = (ms: number): string => new Date(Date.parse(completed.data.completedAt) + ms).toISOString();
const DAY = 86_400_000;

describe('RequestReconciliation', () => {
  it('is accepted from an administrator', () => given().when(requestReconciliation).then(reconciliationRequested));

  it('is ignored while a comparison is asked for, and when it comes again afterwards', () => {
    given(reconciliationRequested)
      .when({ ...requestReconciliation, data: { ...requestReconciliation.data, runId: secondRunId } })
      .thenIgnored();
    given(reconciliationRequested, completed).when(requestReconciliation).thenIgnored();
  });

  it('is refused to everybody else', () =>
    given()
      .when({ ...requestReconciliation, data: { ...requestReconciliation.data, caller: ada } })
      .thenRefused('not-permitted'));
});

describe('ReportDifferences', () => {
  it('records each difference', () => given().when(reportDifferences).then(unknownKeyFound));

  it('is ignored for what is known, by whichever run', () => {
    given(unknownKeyFound).when(reportDifferences).thenIgnored();
    given(unknownKeyFound)
      .when({ ...reportDifferences, data: { ...reportDifferences.data, runId: secondRunId } })
      .thenIgnored();
  });

  it('is ignored for what was acknowledged', () =>
    given(unknownKeyFound, acknowledged).when(reportDifferences).thenIgnored());

  it('records a difference anew that is another one now, also when it was acknowledged', () => {
    const worse = { ...limitsChanged, found: { budget: { maxUsd: 9999 } } };
    const known = { ...acknowledged, data: { ...acknowledged.data, differenceId: limitsChanged.differenceId } };
    given(limitsChangedFound, known)
      .when({ ...reportDifferences, data: { ...reportDifferences.data, differences: [worse] } })
      .then({ ...limitsChangedFound, data: { ...limitsChangedFound.data, ...worse } });
  });

  it('is ignored for what is being repaired, and for what was repaired while the run looked', () => {
    given(unknownKeyFound, repairStarted).when(reportDifferences).thenIgnored();
    given(unknownKeyFound, repairStarted, repaired).when(reportDifferences).thenIgnored();
  });

  it('records no more than people can look through, and the next ones when there is room', () => {
    const found = (place: number) => {
      const issuerKeyId = `key-${place}`;
      const differenceId = differenceIdOf(completed.data.issuer, 'unknown-key', issuerKeyId);
      return { ...unknownKeyFound, data: { ...unknownKeyFound.data, differenceId, issuerKeyId } };
    };
    const open = Array.from({ length: MOST_OPEN }, (_, place) => found(place));
    const { issuer: _issuer, runId: _runId, foundAt: _foundAt, ...next } = found(MOST_OPEN).data;
    const known = { ...limitsChanged, found: { budget: { maxUsd: 9999 } } };
    const report = { ...reportDifferences, data: { ...reportDifferences.data, differences: [next, known] } };
    given(...open)
      .when(report)
      .thenIgnored();
    given(...open.slice(1), limitsChangedFound)
      .when(report)
      .then({ ...limitsChangedFound, data: { ...limitsChangedFound.data, ...known } });
    given(...open.slice(1))
      .when({ ...report, data: { ...report.data, differences: [next] } })
      .then(found(MOST_OPEN));
    const letBe = { ...acknowledged, data: { ...acknowledged.data, differenceId: open[0]!.data.differenceId } };
    given(...open, letBe)
      .when({ ...report, data: { ...report.data, differences: [next] } })
      .then(found(MOST_OPEN));
  });

  it('records again what came back after it was repaired', () => {
    const startedAt = later(2 * 60 * 60_000);
    given(unknownKeyFound, repairStarted, repaired)
      .when({ ...reportDifferences, data: { ...reportDifferences.data, startedAt } })
      .then(unknownKeyFound);
  });
});

describe('CompleteReconciliation', () => {
  const nothing = { ...completeReconciliation, data: { ...completeReconciliation.data, met: new Set<string>() } };

  it('is told the first time', () => given(unknownKeyFound).when(completeReconciliation).then(completed));

  it('resolves what was not met any more', () =>
    given(unknownKeyFound, completed)
      .when({ ...nothing, data: { ...nothing.data, runId: secondRunId, now: vanished.data.resolvedAt } })
      .then(vanished, {
        ...completed,
        data: { ...completed.data, runId: secondRunId, differences: 0, completedAt: vanished.data.resolvedAt },
      }));

  it('leaves alone what is being repaired', () =>
    given(unknownKeyFound, completed, repairStarted)
      .when({ ...completeReconciliation, data: { ...completeReconciliation.data, runId: secondRunId } })
      .thenIgnored());

  it.each([
    ['is ignored when nothing has changed', later(DAY - 1), false],
    ['is told once a day all the same', later(DAY), true],
  ])('%s', (_what, now, isTold) => {
    const again = { ...completeReconciliation, data: { ...completeReconciliation.data, runId: secondRunId, now } };
    const when = given(unknownKeyFound, completed).when(again);
    if (isTold) when.then({ ...completed, data: { ...completed.data, runId: secondRunId, completedAt: now } });
    else when.thenIgnored();
  });

  it('is told to somebody who asked for it', () => {
    const asked = { ...reconciliationRequested, data: { ...reconciliationRequested.data, runId: secondRunId } };
    given(unknownKeyFound, completed, asked)
      .when({ ...completeReconciliation, data: { ...completeReconciliation.data, runId: secondRunId } })
      .then({ ...completed, data: { ...completed.data, runId: secondRunId } });
  });

  it('is ignored when it comes again', () =>
    given(unknownKeyFound, completed).when(completeReconciliation).thenIgnored());
});

describe('StartRepair', () => {
  it('records the intent, also for what was acknowledged', () => {
    given(unknownKeyFound).when(startRepair).then(repairStarted);
    given(unknownKeyFound, acknowledged).when(startRepair).then(repairStarted);
  });

  it('is accepted again after it failed', () =>
    given(unknownKeyFound, repairStarted, repairFailed).when(startRepair).then(repairStarted));

  it('is ignored while the difference is being repaired', () =>
    given(unknownKeyFound, repairStarted).when(startRepair).thenIgnored());

  it('is refused for a difference that is not there or over, and to everybody but administrators', () => {
    given().when(startRepair).thenRefused('difference-not-found');
    given(unknownKeyFound, vanished).when(startRepair).thenRefused('difference-not-found');
    given(unknownKeyFound)
      .when({ ...startRepair, data: { ...startRepair.data, caller: ada } })
      .thenRefused('not-permitted');
  });
});

describe('the end of a repair', () => {
  const begun = [unknownKeyFound, repairStarted] as const;

  it('is recorded in the name of whoever asked for it', () =>
    given(...begun)
      .when(recordRepaired)
      .then(repaired));

  it('is recorded when it failed, and the difference is there as before', () => {
    given(...begun)
      .when(recordRepairFailed)
      .then(repairFailed);
    given(...begun, repairFailed)
      .when(startRepair)
      .then(repairStarted);
  });

  it('is ignored when it has been told, or when another repair is under way', () => {
    given(...begun, repaired)
      .when(recordRepaired)
      .thenIgnored();
    given(...begun, repairFailed)
      .when(recordRepairFailed)
      .thenIgnored();
    given(...begun)
      .when({ ...recordRepaired, data: { ...recordRepaired.data, repairId: secondRunId } })
      .thenIgnored();
  });
});

describe('AcknowledgeDifference', () => {
  it('is accepted from an administrator with a reason', () =>
    given(unknownKeyFound).when(acknowledgeDifference).then(acknowledged));

  it('is ignored when it comes again, and while the difference is being repaired', () => {
    given(unknownKeyFound, acknowledged).when(acknowledgeDifference).thenIgnored();
    given(unknownKeyFound, repairStarted).when(acknowledgeDifference).thenIgnored();
  });

  it('is refused for a difference that is not there, and to everybody else', () => {
    given().when(acknowledgeDifference).thenRefused('difference-not-found');
    given(unknownKeyFound)
      .when({ ...acknowledgeDifference, data: { ...acknowledgeDifference.data, caller: ada } })
      .thenRefused('not-permitted');
  });
});

it('the state is found for every sequence of events, also one that cannot happen', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...reconciliationEvents), { maxLength: 30 }), (events) => {
      const { initialState, evolve } = reconciliation.decider;
      const { known } = events.reduce(evolve, initialState);
      for (const [id, { difference }] of known) expect(difference.differenceId).toBe(id);
    }),
  );
});
