import { describe, expect, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { testRun } from './test-run.decider.ts';
import {
  finishSecretTest,
  first,
  refuseSecretTest,
  second,
  secretTestFinished,
  secretTestRefused,
  startTestRun,
  testRunCompleted,
  testRunStarted,
} from './test-run.examples.ts';
import { leftOf } from './test-run.state.ts';

const given = specify(testRun.decider);
const { evolve, initialState } = testRun.decider;

describe('StartTestRun', () => {
  it('is accepted once', () => {
    given().when(startTestRun).then(testRunStarted);
    given(testRunStarted).when(startTestRun).thenIgnored();
  });

  it('takes each secret once', () =>
    given()
      .when({ ...startTestRun, data: { ...startTestRun.data, secretIds: [first, second, first] } })
      .then(testRunStarted));
});

describe('FinishSecretTest', () => {
  it('is accepted while others are left', () => given(testRunStarted).when(finishSecretTest).then(secretTestFinished));

  it('completes the run with the last one, whatever came of it', () =>
    given(testRunStarted, secretTestFinished).when(refuseSecretTest).then(secretTestRefused, testRunCompleted));

  it('is ignored for what is known', () =>
    given(testRunStarted, secretTestFinished).when(finishSecretTest).thenIgnored());

  it('is ignored after the end', () =>
    given(testRunStarted, secretTestFinished, secretTestRefused, testRunCompleted)
      .when(refuseSecretTest)
      .thenIgnored());

  it('is refused for what is not part of the run', () =>
    given(testRunStarted)
      .when({ ...finishSecretTest, data: { ...finishSecretTest.data, secretId: finishSecretTest.data.runId } })
      .thenRefused('secret-not-in-run'));

  it('is refused where there is no run', () => given().when(finishSecretTest).thenRefused('test-run-not-found'));
});

it('a run knows what is left of it', () => {
  const running = [testRunStarted, secretTestFinished].reduce(evolve, initialState);
  expect(running.status === 'running' && leftOf(running)).toEqual([second]);
});
