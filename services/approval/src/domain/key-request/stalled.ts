import type { SubmittedKeyRequest } from './key-request.state.ts';

/** The longest that issuing waits for an issuer that is away; a mail server that is away is waited for longer. */
const STALLED_AFTER_MS = 15 * 60_000;

/**
 * From when on an administrator may retry the request: at once after a failure, and after a while without an outcome,
 * since a fact that somebody has missed is then likelier than one that is still to come. Taking it up too early does no
 * harm.
 */
export const retryableFrom = ({ status, updatedAt }: SubmittedKeyRequest): string | undefined => {
  if (status === 'failed') return updatedAt;
  return status === 'approved' ? new Date(Date.parse(updatedAt) + STALLED_AFTER_MS).toISOString() : undefined;
};
