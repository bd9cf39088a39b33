import { describe, expect, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { lease } from './lease.decider.ts';
import {
  aliasWasTaken,
  leaseId,
  leaseIssued,
  leaseIssueFailed,
  leaseIssueRetried,
  leaseKeyDiscarded,
  leaseKeySealed,
  leaseStarted,
  recordIssueFailed,
  recordKeyDiscarded,
  recordKeyIssued,
  recordKeySealed,
  requestId,
  retryLease,
  secondGenerationStarted,
  secondKeyId,
  secondRetryId,
  secretWasUnreadable,
  startLease,
  terms,
} from './lease.examples.ts';

const given = specify(lease.decider);

describe('StartLease', () => {
  it('records the intent with everything that the issuer will be asked for', () =>
    given().when(startLease).then(leaseStarted));

  it('leaves out what was not asked for', () => {
    const { duration: _duration, budget: _budget, ...least } = terms;
    const { duration: _d, budget: _b, ...data } = leaseStarted.data;
    given()
      .when({ ...startLease, data: { ...startLease.data, terms: least } })
      .then({ type: 'LeaseStarted', data });
  });

  it.each([
    ['started', [leaseStarted]],
    ['issued', [leaseStarted, leaseKeySealed, leaseIssued]],
    ['failed', [leaseStarted, leaseIssueFailed]],
  ])('is ignored when the lease is %s', (_status, history) =>
    given(...history)
      .when(startLease)
      .thenIgnored(),
  );
});

describe('the alias', () => {
  it('satisfies the format that LiteLLM can be told to check, and names the generation', () => {
    for (const { data } of [leaseStarted, leaseIssueRetried, secondGenerationStarted]) {
      expect(data.alias).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_\-/.@]{0,253}[a-zA-Z0-9]$/);
      expect(data.alias).toBe(`${leaseId}-g${data.generation}`);
    }
  });
});

describe('RecordKeySealed', () => {
  it('is accepted while no key is sealed', () => given(leaseStarted).when(recordKeySealed).then(leaseKeySealed));

  it('is refused for a lease that does not exist', () => given().when(recordKeySealed).thenRefused('lease-not-found'));

  it('is ignored when a key is sealed already, so that there is one', () =>
    given(leaseStarted, leaseKeySealed)
      .when({ ...recordKeySealed, data: { ...recordKeySealed.data, issuerKeyId: secondKeyId } })
      .thenIgnored());

  it('is ignored for a generation that has been left behind', () =>
    given(leaseStarted, leaseKeySealed, aliasWasTaken, secondGenerationStarted).when(recordKeySealed).thenIgnored());
});

describe('RecordKeyIssued', () => {
  const sealed = [leaseStarted, leaseKeySealed] as const;

  it('is accepted for a sealed key', () =>
    given(...sealed)
      .when(recordKeyIssued)
      .then(leaseIssued));

  it('is accepted for a key without expiry', () => {
    const { expiresAt: _asked, ...command } = recordKeyIssued.data;
    const { expiresAt: _stored, ...event } = leaseIssued.data;
    given(...sealed)
      .when({ ...recordKeyIssued, data: command })
      .then({ type: 'LeaseIssued', data: event });
  });

  it('is accepted for a key that was kept over a retry', () =>
    given(...sealed, leaseIssueFailed, leaseIssueRetried)
      .when(recordKeyIssued)
      .then(leaseIssued));

  it('is refused for a lease that does not exist', () => given().when(recordKeyIssued).thenRefused('lease-not-found'));

  it('is refused before a key is sealed: an unsealed key must never be live', () =>
    given(leaseStarted).when(recordKeyIssued).thenRefused('key-not-sealed'));

  it('is ignored when the key is issued already', () =>
    given(...sealed, leaseIssued)
      .when(recordKeyIssued)
      .thenIgnored());

  it('is ignored when it comes after the lease was given up', () =>
    given(...sealed, leaseIssueFailed)
      .when(recordKeyIssued)
      .thenIgnored());

  it('is ignored for a generation that has been left behind', () =>
    given(...sealed, aliasWasTaken, secondGenerationStarted)
      .when(recordKeyIssued)
      .thenIgnored());
});

describe('RecordIssueFailed', () => {
  it('is accepted before and after the key is sealed', () => {
    given(leaseStarted).when(recordIssueFailed).then(leaseIssueFailed);
    given(leaseStarted, leaseKeySealed).when(recordIssueFailed).then(leaseIssueFailed);
  });

  it('is refused for a lease that does not exist', () =>
    given().when(recordIssueFailed).thenRefused('lease-not-found'));

  it('is ignored when the lease has failed already', () =>
    given(leaseStarted, leaseIssueFailed).when(recordIssueFailed).thenIgnored());

  it('is ignored when the key was issued meanwhile', () =>
    given(leaseStarted, leaseKeySealed, leaseIssued).when(recordIssueFailed).thenIgnored());
});

describe('RetryLease', () => {
  it('keeps key and alias when the issuer may have created the key', () =>
    given(leaseStarted, leaseKeySealed, leaseIssueFailed).when(retryLease).then(leaseIssueRetried));

  it.each([
    ['the alias belongs to somebody else', aliasWasTaken],
    ['the key cannot be opened', secretWasUnreadable],
  ])('begins a new generation with a new alias when %s', (_why, failure) =>
    given(leaseStarted, leaseKeySealed, failure).when(retryLease).then(secondGenerationStarted),
  );

  it('is refused for a lease that does not exist', () => given().when(retryLease).thenRefused('lease-not-found'));

  it('is ignored while the lease is being issued', () => given(leaseStarted).when(retryLease).thenIgnored());

  it('is ignored when the key is issued', () =>
    given(leaseStarted, leaseKeySealed, leaseIssued).when(retryLease).thenIgnored());

  it('is ignored when the same retry comes again, although it failed meanwhile', () =>
    given(leaseStarted, leaseIssueFailed, leaseIssueRetried, leaseIssueFailed).when(retryLease).thenIgnored());

  it('is accepted when another retry comes after it failed again', () =>
    given(leaseStarted, leaseIssueFailed, leaseIssueRetried, leaseIssueFailed)
      .when({ ...retryLease, data: { ...retryLease.data, retryId: secondRetryId } })
      .then({ ...leaseIssueRetried, data: { ...leaseIssueRetried.data, retryId: secondRetryId } }));
});

describe('RecordKeyDiscarded', () => {
  const abandoned = [leaseStarted, leaseKeySealed, secretWasUnreadable, secondGenerationStarted] as const;

  it('is accepted for a key that an earlier generation may have left', () =>
    given(...abandoned)
      .when(recordKeyDiscarded)
      .then(leaseKeyDiscarded));

  it('is refused for a lease that does not exist', () =>
    given().when(recordKeyDiscarded).thenRefused('lease-not-found'));

  it('is ignored when the key has been discarded', () =>
    given(...abandoned, leaseKeyDiscarded)
      .when(recordKeyDiscarded)
      .thenIgnored());

  it('is ignored for the key of the current generation', () =>
    given(leaseStarted, leaseKeySealed)
      .when({ ...recordKeyDiscarded, data: { ...recordKeyDiscarded.data, issuerKeyId: secondKeyId } })
      .thenIgnored());

  it('is ignored when the issuer had said that the key is not there', () =>
    given(leaseStarted, leaseKeySealed, aliasWasTaken, secondGenerationStarted).when(recordKeyDiscarded).thenIgnored());
});

describe('the request behind a lease', () => {
  it('stands in every event', () => {
    for (const { data } of [leaseStarted, leaseKeySealed, leaseIssued, leaseIssueFailed, leaseKeyDiscarded])
      expect(data.requestId).toBe(requestId);
  });
});
