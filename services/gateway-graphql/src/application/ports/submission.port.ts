import type { InputOf, ReplyOf } from '@keyledger/messaging';
import type { GetSubmissionKey, SealSecret } from '@keyledger/contracts-vault';

/**
 * Encrypts a value to a key of the vault, for the one principal who hands it in: the only form in which a value that
 * somebody typed leaves this process. Rejects with an error that does not hold the value.
 */
export type SealSubmission = (
  key: ReplyOf<typeof GetSubmissionKey>,
  content: { readonly value: string; readonly submitter: string },
) => Promise<InputOf<typeof SealSecret>['submission']>;
