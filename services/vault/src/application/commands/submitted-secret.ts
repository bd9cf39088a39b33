import type { MessageContext } from '@keyledger/messaging';
import { flawOf, type SecretBytes } from '@keyledger/secrets';
import type { SealedSecret, SecretContext, SecretSealer } from '../ports/secret-sealer.port.ts';
import type { SubmissionKeys } from '../submission-keys.ts';
import { type CustodyRefusal, flawRefusals } from './secret-refusals.ts';

export interface SubmittedSecretDeps {
  readonly sealer: SecretSealer;
  readonly submissions: SubmissionKeys;
}

export type OpenedSubmission =
  Readonly<{ outcome: 'opened'; value: SecretBytes }> | Readonly<{ outcome: 'refused'; code: CustodyRefusal }>;

export type SealedSubmission =
  Readonly<{ outcome: 'sealed'; sealed: SealedSecret }> | Readonly<{ outcome: 'refused'; code: CustodyRefusal }>;

/** Opens what the caller handed in and looks whether it can be meant as a secret. The caller of this disposes of it. */
export const openSubmission = async (
  { submissions }: Pick<SubmittedSecretDeps, 'submissions'>,
  submission: string,
  { principal }: MessageContext,
  knownMasks: readonly string[] = [],
): Promise<OpenedSubmission> => {
  const opened = await submissions.open(submission, principal.id);
  if (opened.outcome === 'refused') return opened;
  const flaw = flawOf(opened.value, knownMasks);
  if (flaw === undefined) return opened;
  opened.value.dispose();
  return { outcome: 'refused', code: flawRefusals[flaw] };
};

/** The same, sealed for where it belongs: the plaintext exists in here and nowhere else. */
export const sealSubmission = async (
  deps: SubmittedSecretDeps,
  submission: string,
  caller: MessageContext,
  context: SecretContext,
  knownMasks: readonly string[] = [],
): Promise<SealedSubmission> => {
  const opened = await openSubmission(deps, submission, caller, knownMasks);
  if (opened.outcome === 'refused') return opened;
  using value = opened.value;
  return { outcome: 'sealed', sealed: await deps.sealer.seal(value, context) };
};
