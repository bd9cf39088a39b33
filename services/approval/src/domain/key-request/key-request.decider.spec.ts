import { describe, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import type {
  ApproveKeyRequest,
  DenyKeyRequest,
  ExpireKeyRequest,
  FailKeyRequest,
  FulfilKeyRequest,
  ResumeKeyRequest,
  RetryKeyRequest,
} from './key-request.commands.ts';
import { keyRequest } from './key-request.decider.ts';
import {
  approved,
  deliveryId,
  denied,
  expired,
  fulfilled,
  issuingFailed,
  requestId,
  resumed,
  retried,
  sentToReview,
  submitted,
  terms,
} from './key-request.examples.ts';

const given = specify(keyRequest);
const subject = { requestId, modelId: terms.modelId, email: terms.email };

describe('ApproveKeyRequest', () => {
  const approve: ApproveKeyRequest = {
    type: 'ApproveKeyRequest',
    data: { decidedBy: 'rita@example.com', reason: 'Fine for the course', now: approved.data.approvedAt },
  };
  const by = (decidedBy: string): ApproveKeyRequest => ({ ...approve, data: { ...approve.data, decidedBy } });

  it('approves a request in review', () => given(submitted, sentToReview).when(approve).then(approved));

  it('approves a request that still waits for the policy', () => given(submitted).when(approve).then(approved));

  it('is ignored as a repetition of the same decision, also when the key was delivered since', () => {
    given(submitted, sentToReview, approved).when(approve).thenIgnored();
    given(submitted, sentToReview, approved, fulfilled).when(approve).thenIgnored();
  });

  it('is refused when somebody else has decided', () => {
    given(submitted, approved).when(by('otto@example.com')).thenRefused('already-decided');
    given(submitted, denied).when(approve).thenRefused('already-decided');
    given(submitted, sentToReview, expired).when(approve).thenRefused('already-decided');
  });

  it('never replaces the key of an approved, fulfilled or failed request', () => {
    given(submitted, approved, fulfilled).when(by('otto@example.com')).thenRefused('already-decided');
    given(submitted, approved, issuingFailed).when(by('otto@example.com')).thenRefused('already-decided');
  });

  it('is refused to the person who gets the key, however the address is spelled', () =>
    given(submitted, sentToReview).when(by('ADA@Example.com')).thenRefused('own-request'));

  it('is refused to whoever submitted it for somebody else', () => {
    const onBehalf = { ...submitted, data: { ...submitted.data, submittedBy: 'admin' } };
    given(onBehalf, sentToReview).when(by('admin')).thenRefused('own-request');
  });

  it('is refused for a request that does not exist', () => given().when(approve).thenRefused('key-request-not-found'));
});

describe('DenyKeyRequest', () => {
  const deny: DenyKeyRequest = {
    type: 'DenyKeyRequest',
    data: { decidedBy: 'rita@example.com', reason: 'Use the local model', now: denied.data.deniedAt },
  };

  it('denies a request in review or waiting', () => {
    given(submitted, sentToReview).when(deny).then(denied);
    given(submitted).when(deny).then(denied);
  });

  it('is ignored as a repetition of the same decision', () => given(submitted, denied).when(deny).thenIgnored());

  it('is refused when the request is decided, also by the same reviewer for another reason', () => {
    given(submitted, approved).when(deny).thenRefused('already-decided');
    given(submitted, approved, fulfilled).when(deny).thenRefused('already-decided');
    const otherReason = { ...deny, data: { ...deny.data, reason: 'No budget' } };
    given(submitted, denied).when(otherReason).thenRefused('already-decided');
  });

  it('lets reviewers withdraw requests of their own', () => {
    const own = { ...deny, data: { ...deny.data, decidedBy: 'ada@example.com' } };
    given(submitted, sentToReview)
      .when(own)
      .then({ ...denied, data: { ...denied.data, deniedBy: 'ada@example.com' } });
  });
});

describe('ExpireKeyRequest', () => {
  const expireAt = (now: string): ExpireKeyRequest => ({ type: 'ExpireKeyRequest', data: { now } });
  const due = expireAt(expired.data.expiredAt);

  it('expires a review that nobody ended', () => given(submitted, sentToReview).when(due).then(expired));

  it('is ignored before the time', () =>
    given(submitted, sentToReview).when(expireAt('2026-01-19T08:00:00.999Z')).thenIgnored());

  it('is ignored when somebody decided, or it has expired already', () => {
    given(submitted, sentToReview, approved).when(due).thenIgnored();
    given(submitted, sentToReview, expired).when(due).thenIgnored();
    given(submitted).when(due).thenIgnored();
  });
});

describe('FulfilKeyRequest', () => {
  const fulfil: FulfilKeyRequest = { type: 'FulfilKeyRequest', data: { deliveryId, now: fulfilled.data.fulfilledAt } };

  it('closes an approved request', () => given(submitted, approved).when(fulfil).then(fulfilled));

  it('closes a failed one whose delivery arrived after all', () =>
    given(submitted, approved, issuingFailed).when(fulfil).then(fulfilled));

  it('is ignored when it is fulfilled, or was never approved', () => {
    given(submitted, approved, fulfilled).when(fulfil).thenIgnored();
    given(submitted, denied).when(fulfil).thenIgnored();
    given(submitted, sentToReview, expired).when(fulfil).thenIgnored();
  });
});

describe('FailKeyRequest', () => {
  const { step, cause, message, factId, failedAt: now } = issuingFailed.data;
  const fail: FailKeyRequest = { type: 'FailKeyRequest', data: { step, cause, message, factId, now } };
  const anotherFactId = '01890a5d-ac96-774b-bcce-b30209900002';

  it('records that an approved request got stuck', () => given(submitted, approved).when(fail).then(issuingFailed));

  it('is ignored when this failure is known, even after a retry', () => {
    given(submitted, approved, issuingFailed).when(fail).thenIgnored();
    given(submitted, approved, issuingFailed, retried).when(fail).thenIgnored();
  });

  it('counts a new failure after a retry', () =>
    given(submitted, approved, issuingFailed, retried)
      .when({ ...fail, data: { ...fail.data, factId: anotherFactId } })
      .then({ ...issuingFailed, data: { ...issuingFailed.data, factId: anotherFactId } }));

  it('is ignored when the key was delivered', () => given(submitted, approved, fulfilled).when(fail).thenIgnored());

  it('never touches a request that was not approved', () => {
    given(submitted, denied).when(fail).thenIgnored();
    given(submitted, sentToReview).when(fail).thenIgnored();
  });
});

describe('RetryKeyRequest', () => {
  const retry: RetryKeyRequest = { type: 'RetryKeyRequest', data: { slotTurn: 2, now: retried.data.retriedAt } };

  it('takes a failed request up at the step that gave up', () => {
    given(submitted, approved, issuingFailed).when(retry).then(retried);
    const deliveryFailed = { ...issuingFailed, data: { ...issuingFailed.data, step: 'delivery' as const } };
    given(submitted, approved, deliveryFailed)
      .when(retry)
      .then({
        type: 'KeyRequestRetried',
        data: { ...subject, step: 'delivery', slotTurn: 2, retriedAt: retry.data.now },
      });
  });

  it('is ignored when this turn of the slot has retried it', () => {
    given(submitted, approved, issuingFailed, retried).when(retry).thenIgnored();
    given(submitted, approved, issuingFailed, retried, fulfilled).when(retry).thenIgnored();
  });

  it('is refused for anything that has not failed', () => {
    given(submitted).when(retry).thenRefused('not-failed');
    given(submitted, approved).when(retry).thenRefused('not-failed');
    given(submitted, denied).when(retry).thenRefused('not-failed');
    given(submitted, approved, issuingFailed, fulfilled).when(retry).thenRefused('not-failed');
  });
});

describe('ResumeKeyRequest', () => {
  const at = (now: string): ResumeKeyRequest => ({ type: 'ResumeKeyRequest', data: { now } });
  const [fourteenMinutesLater, anHourLater] = [at('2026-01-05T09:14:59.000Z'), at(resumed.data.resumedAt)];

  it('takes an approved request up that has come to no end for a quarter of an hour', () =>
    given(submitted, approved).when(anHourLater).then(resumed));

  it('is refused before that', () => given(submitted, approved).when(fourteenMinutesLater).thenRefused('not-failed'));

  it('counts the time from the last retry, and is ignored while that is fresh', () => {
    const afterRetry = given(submitted, approved, issuingFailed, retried);
    afterRetry.when(at('2026-01-05T10:14:59.000Z')).thenIgnored();
    afterRetry.when(anHourLater).then(resumed);
  });

  it('is ignored when it was just taken up, and taken up again later', () => {
    const later = '2026-01-05T11:15:00.000Z';
    given(submitted, approved, resumed).when(at('2026-01-05T11:14:59.000Z')).thenIgnored();
    given(submitted, approved, resumed)
      .when(at(later))
      .then({ type: 'KeyRequestResumed', data: { ...subject, resumedAt: later } });
  });

  it('is refused for anything that is not approved, and a request that failed is retried at its step instead', () => {
    given(submitted).when(anHourLater).thenRefused('not-failed');
    given(submitted, denied).when(anHourLater).thenRefused('not-failed');
    given(submitted, approved, issuingFailed).when(anHourLater).thenRefused('not-failed');
    given(submitted, approved, fulfilled).when(anHourLater).thenRefused('not-failed');
    given().when(anHourLater).thenRefused('key-request-not-found');
  });

  it('leaves the request approved, to fail, to be retried or to be fulfilled', () => {
    const { step, cause, message, factId, failedAt: now } = issuingFailed.data;
    given(submitted, approved, resumed)
      .when({ type: 'FailKeyRequest', data: { step, cause, message, factId, now } })
      .then(issuingFailed);
    given(submitted, approved, resumed)
      .when({ type: 'FulfilKeyRequest', data: { deliveryId, now: fulfilled.data.fulfilledAt } })
      .then(fulfilled);
  });
});
