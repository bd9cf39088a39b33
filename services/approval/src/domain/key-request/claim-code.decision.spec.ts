import { describe, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import type { ProveClaim } from './key-request.commands.ts';
import { keyRequest } from './key-request.decider.ts';
import { codeRejected, deliveryId, denied, requestId, submitted } from './key-request.examples.ts';

const given = specify(keyRequest);
const LOCK_MS = 15 * 60_000;

const present = (claimCodeHash: string, now: string, place: { link?: string } = {}): ProveClaim => ({
  type: 'ProveClaim',
  data: { claimCodeHash, ...place, maxRejections: 5, lockMs: LOCK_MS, now },
});
const right = (now: string, place = {}) => present(submitted.data.claimCodeHash, now, place);
const wrong = (now: string, place = {}) => present('hash-of-the-wrong-code', now, place);

describe('ProveClaim', () => {
  it('changes nothing when the code is right, whatever became of the request', () => {
    given(submitted).when(right('2026-01-05T08:01:00.000Z')).thenIgnored();
    given(submitted, denied).when(right('2026-01-06T08:01:00.000Z')).thenIgnored();
  });

  it('counts a wrong code', () => {
    given(submitted).when(wrong('2026-01-05T08:01:00.000Z')).then(codeRejected(1, '2026-01-05T08:01:00.000Z'));
    given(submitted, codeRejected(1, '2026-01-05T08:01:00.000Z'))
      .when(wrong('2026-01-05T08:02:00.000Z'))
      .then(codeRejected(2, '2026-01-05T08:02:00.000Z'));
  });

  it('takes a code of another length, or a part of the right one, for a wrong one', () => {
    for (const hash of ['', 'hash', `${submitted.data.claimCodeHash}x`])
      given(submitted)
        .when(present(hash, '2026-01-05T08:01:00.000Z'))
        .then(codeRejected(1, '2026-01-05T08:01:00.000Z'));
  });

  it('locks the code with the fifth mistake in a row', () =>
    given(submitted, codeRejected(4, '2026-01-05T08:01:00.000Z'))
      .when(wrong('2026-01-05T08:02:00.000Z'))
      .then(codeRejected(5, '2026-01-05T08:02:00.000Z', '2026-01-05T08:17:00.000Z')));

  describe('while the code is locked', () => {
    const locked = given(submitted, codeRejected(5, '2026-01-05T08:02:00.000Z', '2026-01-05T08:17:00.000Z'));

    it('is refused, with the right code as well, and nothing more is written', () => {
      locked.when(wrong('2026-01-05T08:16:59.999Z')).thenRefused('locked');
      locked.when(right('2026-01-05T08:16:59.999Z')).thenRefused('locked');
    });

    it('works again when the time is over', () => locked.when(right('2026-01-05T08:17:00.000Z')).thenIgnored());

    it('begins to count anew afterwards', () =>
      locked.when(wrong('2026-01-05T08:17:00.000Z')).then(codeRejected(1, '2026-01-05T08:17:00.000Z')));
  });

  it('does not add up mistakes that lie far apart', () =>
    given(submitted, codeRejected(4, '2026-01-05T08:01:00.000Z'))
      .when(wrong('2026-01-05T08:16:00.001Z'))
      .then(codeRejected(1, '2026-01-05T08:16:00.001Z')));

  describe('with a link in hand', () => {
    const link = { link: `${deliveryId}.1` };
    const lockedById = codeRejected(5, '2026-01-05T08:02:00.000Z', '2026-01-05T08:17:00.000Z');
    const lockedByLink = { ...lockedById, data: { ...lockedById.data, ...link } };

    it('counts the mistakes of this link', () =>
      given(submitted, codeRejected(4, '2026-01-05T08:01:00.000Z'))
        .when(wrong('2026-01-05T08:02:00.000Z', link))
        .then({
          type: 'ClaimCodeRejected',
          data: { requestId, ...link, rejections: 1, rejectedAt: '2026-01-05T08:02:00.000Z' },
        }));

    it('works while those are locked out who know the id of the request only', () =>
      given(submitted, lockedById).when(right('2026-01-05T08:03:00.000Z', link)).thenIgnored());

    it('is locked by mistakes with this link, not by those with another', () => {
      const locked = given(submitted, lockedByLink);
      locked.when(right('2026-01-05T08:03:00.000Z', link)).thenRefused('locked');
      locked.when(right('2026-01-05T08:03:00.000Z', { link: `${deliveryId}.2` })).thenIgnored();
      locked.when(right('2026-01-05T08:03:00.000Z')).thenIgnored();
    });
  });

  it('does not tell which requests exist', () =>
    given().when(wrong('2026-01-05T08:01:00.000Z')).thenRefused('wrong-code'));
});
