import type { KnownLease } from '../../domain/lease/lease.state.ts';
import { type Bounds, boundsFor, type IssuingLimits } from '../../domain/policies/issuing-bounds.policy.ts';

/** What is allowed of a key of this lease; `modelIds` in the place of the models that it opens. */
export const boundsOf = (limits: IssuingLimits, { terms }: KnownLease, modelIds = terms.modelIds): Bounds =>
  boundsFor(limits, terms.issuer, modelIds);

/** The refusal of a command that wants more than is allowed; `undefined` when it does not. */
export const exceeding = (excess: readonly string[]) =>
  excess.length === 0 ? undefined : ({ code: 'exceeds-limits', message: excess.join('. ') } as const);
