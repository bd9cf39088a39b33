import type { RecipientKey } from '@keyledger/contracts-vault';
import type { SecretBytes } from '@keyledger/secrets';

/** A value as somebody handed it in. The holder disposes of it. */
export interface SubmittedValue {
  readonly value: SecretBytes;
  /** Id of the principal for whom it was encrypted, as authentic as the value itself. */
  readonly submitter: string;
}

/** Several values of one submission, in their order. The holder disposes of them. */
export interface SubmittedValues {
  readonly values: readonly SecretBytes[];
  /** As of a single value. */
  readonly submitter: string;
}

/** The way in for values that people hand in: encrypted to a public key of the vault. */
export interface SubmissionOpener {
  /** A new key pair on P-256. The private part never leaves `SecretBytes`; the caller seals and disposes of it. */
  newKeyPair(): Promise<{ readonly publicKey: RecipientKey; readonly privateKey: SecretBytes }>;

  /** Id of the key that a submission says it was encrypted to; `undefined` when it says none. Trusts nothing else of it. */
  keyIdOf(submission: string): string | undefined;

  /**
   * Decrypts a compact JWE (ECDH-ES, A256GCM) that holds `submittedValueSchema`. `undefined` for everything else, and
   * never an error that quotes what was read.
   */
  open(submission: string, privateKey: SecretBytes): Promise<SubmittedValue | undefined>;

  /** The same for a submission that holds `submittedValuesSchema`. */
  openAll(submission: string, privateKey: SecretBytes): Promise<SubmittedValues | undefined>;
}
