import { describe, expect, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { ada } from '../secret/secret.examples.ts';
import { submissionKeys } from './submission-key.decider.ts';
import {
  destroySubmissionKeys,
  establishSubmissionKey,
  firstDestroyed,
  firstPublished,
  replaceLostSubmissionKey,
  rotateSubmissionKey,
  secondPublished,
} from './submission-key.examples.ts';
import type { SubmissionKeyEvent } from './submission-key.messages.ts';
import { acceptedKey, GRACE_MS, presentKey } from './submission-key.state.ts';

const given = specify(submissionKeys.decider);

describe('EstablishSubmissionKey', () => {
  it('is accepted for the very first', () => given().when(establishSubmissionKey).then(firstPublished));

  it('is ignored when there is one, so that replicas that begin at once agree', () =>
    given(firstPublished)
      .when({ ...establishSubmissionKey, data: { ...establishSubmissionKey.data, submissionKeyId: 'another' } })
      .thenIgnored());
});

describe('RotateSubmissionKey', () => {
  it('is accepted from an administrator, also before there is one', () => {
    given(firstPublished).when(rotateSubmissionKey).then(secondPublished);
    given().when(rotateSubmissionKey).then(secondPublished);
  });

  it('is ignored when it comes again', () =>
    given(firstPublished, secondPublished).when(rotateSubmissionKey).thenIgnored());

  it('is refused to everybody else', () =>
    given(firstPublished)
      .when({ ...rotateSubmissionKey, data: { ...rotateSubmissionKey.data, caller: ada } })
      .thenRefused('not-permitted'));
});

describe('ReplaceLostSubmissionKey', () => {
  it('is accepted while the lost one is present', () =>
    given(firstPublished).when(replaceLostSubmissionKey).then(secondPublished));

  it('is ignored when another one has taken its place, so that replicas which find the loss at once agree', () =>
    given(firstPublished, secondPublished).when(replaceLostSubmissionKey).thenIgnored());
});

describe('DestroySubmissionKeys', () => {
  it('destroys those that are accepted no longer', () =>
    given(firstPublished, secondPublished).when(destroySubmissionKeys).then(firstDestroyed));

  it('is ignored while all are accepted, the present one included, and when it is done', () => {
    const early = { ...destroySubmissionKeys, data: { now: '2026-11-21T09:09:59.999Z' } };
    given(firstPublished, secondPublished).when(early).thenIgnored();
    given(firstPublished).when(destroySubmissionKeys).thenIgnored();
    given(firstPublished, secondPublished, firstDestroyed).when(destroySubmissionKeys).thenIgnored();
    given().when(destroySubmissionKeys).thenIgnored();
  });
});

describe('the submission keys', () => {
  const after = (...events: readonly SubmissionKeyEvent[]) =>
    events.reduce(submissionKeys.decider.evolve, submissionKeys.decider.initialState);

  const isAccepted = ({ data }: typeof firstPublished, atMs: number): boolean =>
    acceptedKey(after(firstPublished, secondPublished), data.submissionKeyId, new Date(atMs)) !== undefined;

  it('are none at first, and then the last one', () => {
    expect(presentKey(after())).toBeUndefined();
    expect(presentKey(after(firstPublished, secondPublished))?.submissionKeyId).toBe(
      secondPublished.data.submissionKeyId,
    );
  });

  it('are accepted while they are present, and for a short time afterwards', () => {
    const rotatedAt = Date.parse(secondPublished.data.publishedAt);
    expect(isAccepted(secondPublished, rotatedAt + 1e12)).toBe(true);
    expect(isAccepted(firstPublished, rotatedAt + GRACE_MS - 1)).toBe(true);
    expect(isAccepted(firstPublished, rotatedAt + GRACE_MS)).toBe(false);
  });

  it('are not accepted when nobody knows them', () => {
    expect(acceptedKey(after(firstPublished), 'another', new Date(0))).toBeUndefined();
  });
});
