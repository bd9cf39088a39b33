import { accept, type Decision, ignore, refuse } from '@keyledger/event-sourcing';
import type { ProveClaim } from './key-request.commands.ts';
import type { KeyRequestEvent } from './key-request.events.ts';
import { type SubmittedKeyRequest, withoutLink } from './key-request.state.ts';

/**
 * A right code changes nothing (`ignored`); a wrong one is an event, so that mistakes are counted over all replicas and
 * seen by auditors. While the code is locked even the right one is refused: otherwise guessing could go on. Mistakes
 * that lie further apart than the lock lasts are not added up.
 *
 * Each link has a count of its own, apart from that of codes given with the id of the request: a lock hits only those
 * who have the same in hand, and the address of a link is known to its recipient alone.
 */
export const proveClaim = (
  { claimCodeHash, link, maxRejections, lockMs, now }: ProveClaim['data'],
  { requestId, claimCodeHash: stored, claimRejections }: SubmittedKeyRequest,
): Decision<KeyRequestEvent, 'locked'> => {
  const earlier = claimRejections?.[link ?? withoutLink];
  if (earlier?.lockedUntil !== undefined && now < earlier.lockedUntil) return refuse('locked');
  if (isEqual(claimCodeHash, stored)) return ignore('the code is right');
  const startsAgain =
    earlier === undefined || earlier.lockedUntil !== undefined || msBetween(earlier.lastAt, now) > lockMs;
  const rejections = startsAgain ? 1 : earlier.count + 1;
  const lock = rejections >= maxRejections ? { lockedUntil: later(now, lockMs) } : {};
  const place = link === undefined ? {} : { link };
  return accept({ type: 'ClaimCodeRejected', data: { requestId, ...place, rejections, ...lock, rejectedAt: now } });
};

const msBetween = (from: string, to: string): number => Date.parse(to) - Date.parse(from);

const later = (time: string, ms: number): string => new Date(Date.parse(time) + ms).toISOString();

/**
 * Takes as long for a difference in the first character as in the last. Both sides are keyed hashes of the same length,
 * so that even the length tells nothing.
 */
const isEqual = (left: string, right: string): boolean => {
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index += 1) difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
};
