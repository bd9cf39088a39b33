import { AppError } from '@keyledger/errors';
import { type Principal } from '@keyledger/messaging';
import { claimant, visitor } from '../authentication/caller.ts';
import { resultOf } from '../errors/refusals.ts';
import { about, askAs } from './asker.ts';
import type { Services } from './services.ts';

/**
 * Turns a claim code into a principal that speaks for the requester of one request. `link` names the link whose token
 * was shown, so that a lock hits those who have that link and nobody else. Throws the refusal `wrong-code` or `locked`.
 */
export const proveClaim = async (
  services: Services,
  scopeId: string,
  requestId: string,
  code: string,
  link?: string,
): Promise<Principal> => {
  const claim = { requestId, code: code.trim(), ...(link === undefined ? {} : { link }) };
  const options = about(askAs(visitor, scopeId), requestId);
  const { result } = resultOf(await services.approval.proveClaim(claim, options));
  return claimant(result.email, result.requestId);
};

export const signInFirst = (): AppError =>
  new AppError('unauthenticated', 'Sign in, or give the claim code that was shown when the key was requested');
