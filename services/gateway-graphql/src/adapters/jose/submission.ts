import { CompactEncrypt, importJWK } from 'jose';
import type { SealSubmission } from '../../application/ports/submission.port.ts';

const ALGORITHM = 'ECDH-ES';

/** The principal is inside of what is encrypted: nobody else can hand the submission in as theirs. */
export const sealSubmission: SealSubmission = async ({ submissionKeyId, publicKey }, { value, submitter }) => {
  const key = await importJWK(publicKey, ALGORITHM).catch(() => {
    throw new Error('The submission key of the vault is no point on P-256');
  });
  const plaintext = new TextEncoder().encode(JSON.stringify({ value, submitter }));
  try {
    return await new CompactEncrypt(plaintext)
      .setProtectedHeader({ alg: ALGORITHM, enc: 'A256GCM', kid: submissionKeyId })
      .encrypt(key);
  } finally {
    plaintext.fill(0);
  }
};
