import type { KeyRequestView } from '@keyledger/contracts-approval';
import type { SubmittedKeyRequest } from '../../domain/key-request/key-request.state.ts';
import { retryableFrom } from '../../domain/key-request/stalled.ts';

/** What others may see of a request. There is no field for the claim code. */
export const viewOf = (request: SubmittedKeyRequest): KeyRequestView => {
  const { requestId, status, terms, submittedAt, updatedAt, evaluations, decision, retryAt, expiresAt, failure } =
    request;
  const retryable = retryableFrom(request);
  return {
    ...terms,
    requestId,
    status,
    submittedAt,
    updatedAt,
    evaluations: evaluations.map(({ attempt: _attempt, ...evaluation }) => evaluation),
    ...(decision === undefined ? {} : { decision }),
    ...(retryAt === undefined ? {} : { retryAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(failure === undefined ? {} : { failure }),
    ...(retryable === undefined ? {} : { retryableFrom: retryable }),
  };
};
