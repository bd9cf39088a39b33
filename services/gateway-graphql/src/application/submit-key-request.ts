import { type KeyRequestStatus, SubmitKeyRequest, unguessableKeySchema } from '@keyledger/contracts-approval';
import type { InputOf } from '@keyledger/messaging';
import { z } from 'zod';
import { addressee, type Caller } from '../authentication/caller.ts';
import { parseInput } from '../errors/invalid-input.ts';
import { refusal, resultOf } from '../errors/refusals.ts';
import type { SubmissionQuotas } from '../limits/submission-quotas.ts';
import { askAs } from './asker.ts';
import type { Services } from './services.ts';

export interface Submission {
  /** Absent, as is the status, for somebody who only typed the address of an open request. */
  readonly requestId: string | undefined;
  readonly status: KeyRequestStatus | undefined;
  /** Shown to whoever submitted; absent for somebody who asks again. */
  readonly claimCode: string | undefined;
  /** True when a request for this address and model was open already, or the idempotency key was seen before. */
  readonly wasAlreadyOpen: boolean;
}

/** What a client sends, before it is checked. */
export type SubmissionInput = Readonly<Record<keyof InputOf<typeof SubmitKeyRequest>, unknown>>;

export interface SubmissionDeps {
  readonly services: Services;
  readonly submissionQuotas: SubmissionQuotas;
}

/** Who asks, and from where. */
export interface Submitter {
  readonly caller: Caller;
  /** The correlation id of the HTTP request. */
  readonly scopeId: string;
  readonly clientAddress: string;
}

const forVisitors = z.object({ idempotencyKey: unguessableKeySchema.optional() });

const withoutAbsent = (input: object): object =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined && value !== null));

/**
 * Asks for a key: for the address that a visitor typed, or in the name of whoever is signed in. Throws `InvalidInput`,
 * the refusals of the contract, and `TooManyRequests` to visitors.
 */
export const submitKeyRequest = async (
  { services, submissionQuotas }: SubmissionDeps,
  { caller, scopeId, clientAddress }: Submitter,
  input: SubmissionInput,
): Promise<Submission> => {
  const terms = parseInput(SubmitKeyRequest.input, withoutAbsent(input));
  if (caller.kind === 'visitor') parseInput(forVisitors, terms);
  if (caller.kind === 'visitor') submissionQuotas.admit(clientAddress, terms.email);
  const asker = askAs(caller.kind === 'visitor' ? addressee(terms.email) : caller.principal, scopeId);
  if ((await services.registry.getModel({ modelId: terms.modelId }, asker)) === null)
    throw refusal('model-not-found', 'There is no such model; see the list of models');
  const { outcome, result } = resultOf(await services.approval.submit(terms, asker));
  return {
    requestId: result.requestId,
    status: result.status,
    claimCode: result.claimCode,
    wasAlreadyOpen: outcome === 'ignored',
  };
};
