import type { MessageContext } from '@keyledger/messaging';
import { flawOf } from '@keyledger/secrets';
import type { SealedSecret, SecretContext, SecretSealer } from '../ports/secret-sealer.port.ts';
import type { SubmissionKeys } from '../submission-keys.ts';
import { type CustodyRefusal, flawRefusals } from './secret-refusals.ts';

export interface SubmittedSecretDeps {
  readonly sealer: SecretSealer;
  readonly submissions: SubmissionKeys;
}

export type SealedSubmission =
  Readonly<{ outcome: 'sealed'; sealed: SealedSecret }> | Readonly<{ outcome: 'refused'; code: CustodyRefusal }>;

/**
 * Opens what the caller handed in, looks whether it can be meant as a secret, and seals it for where it belongs. The
 * plaintext exists in here and nowhere else.
 */
export const sealSubmission = async (
  { sealer, submissions }: SubmittedSecretDeps,
  submission: string,
  { principal }: MessageContext,
  context: SecretContext,
  knownMasks: readonly string[] = [],
): Promise<SealedSubmission> => {
  const opened = await submissions.open(submission, principal.id);
  if (opened.outcome === 'refused') return opened;
  using value = opened.value;
  const flaw = flawOf(value, knownMasks);
  if (flaw !== undefined) return { outcome: 'refused', code: flawRefusals[flaw] };
  return { outcome: 'sealed', sealed: await sealer.seal(value, context) };
};
