import { describe, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import type { SubmitKeyRequest } from './key-request.commands.ts';
import { keyRequest } from './key-request.decider.ts';
import {
  approved,
  conclude,
  deferred,
  deferredEvaluation,
  denied,
  evaluated,
  requestId,
  reviewEvaluation,
  sentToReview,
  submitted,
  terms,
} from './key-request.examples.ts';

const given = specify(keyRequest);

describe('SubmitKeyRequest', () => {
  const submit: SubmitKeyRequest = {
    type: 'SubmitKeyRequest',
    data: {
      requestId,
      terms,
      submittedBy: submitted.data.submittedBy,
      claimCodeHash: submitted.data.claimCodeHash,
      now: submitted.data.submittedAt,
    },
  };

  it('submits a request that is not there', () => given().when(submit).then(submitted));

  it('is ignored when the request is there, whatever became of it', () => {
    given(submitted).when(submit).thenIgnored();
    given(submitted, sentToReview, denied).when(submit).thenIgnored();
  });
});

describe('ConcludeEvaluation', () => {
  const subject = { requestId, modelId: terms.modelId, email: terms.email };

  it('approves in the name of the policy', () => {
    const evaluation = { ...reviewEvaluation, outcome: 'approved' as const };
    given(submitted)
      .when(conclude(evaluation))
      .then(evaluated(evaluation), {
        type: 'KeyRequestApproved',
        data: {
          ...approved.data,
          approvedBy: 'service:approval',
          reason: 'The reason of the rule',
          approvedAt: evaluation.evaluatedAt,
        },
      });
  });

  it('denies in the name of the policy', () => {
    const evaluation = { ...reviewEvaluation, outcome: 'denied' as const };
    given(submitted)
      .when(conclude(evaluation))
      .then(evaluated(evaluation), {
        type: 'KeyRequestDenied',
        data: {
          ...subject,
          deniedBy: 'service:approval',
          reason: 'The reason of the rule',
          deniedAt: evaluation.evaluatedAt,
        },
      });
  });

  it('sends to review, with everything that a reviewer needs', () => {
    const { reason, reviewers } = sentToReview.data;
    given(submitted)
      .when(conclude(reviewEvaluation, { reason, reviewers }))
      .then(evaluated(reviewEvaluation), sentToReview);
  });

  it('defers when a rule could not answer', () => {
    given(submitted)
      .when(conclude(deferredEvaluation, { reason: deferred.data.reason }))
      .then(evaluated(deferredEvaluation), deferred);
  });

  it('accepts the next run of a deferred request', () => {
    const second = { ...reviewEvaluation, attempt: 2 };
    const { reason, reviewers } = sentToReview.data;
    given(submitted, evaluated(deferredEvaluation), deferred)
      .when(conclude(second, { reason, reviewers }))
      .then(evaluated(second), sentToReview);
  });

  it('is ignored when this run is recorded already', () =>
    given(submitted, evaluated(deferredEvaluation), deferred).when(conclude(deferredEvaluation)).thenIgnored());

  it('is ignored when a reviewer was faster', () => {
    given(submitted, approved).when(conclude(reviewEvaluation)).thenIgnored();
    given(submitted, denied).when(conclude(reviewEvaluation)).thenIgnored();
  });

  it('is ignored while the request is in review', () =>
    given(submitted, evaluated(reviewEvaluation), sentToReview)
      .when(conclude({ ...reviewEvaluation, attempt: 2 }))
      .thenIgnored());

  it('is refused for a request that does not exist', () =>
    given().when(conclude(reviewEvaluation)).thenRefused('key-request-not-found'));
});
