import { AppError } from '@keyledger/errors';
import type { SecretBytes } from '@keyledger/secrets';

/** A key that the issuer shall accept from now on. Asking for the same order again must be safe. */
export interface KeyOrder {
  /** The key itself, chosen by us and sealed before. */
  readonly secret: SecretBytes;
  /** Name at the issuer; used for this key only. */
  readonly alias: string;
  readonly owner: string;
  /** Never empty: an empty list means every model at some issuers. */
  readonly modelIds: readonly string[];
  readonly duration?: string | undefined;
  readonly budget?: Readonly<{ maxUsd: number; period?: string | undefined }> | undefined;
  /** Kept with the key at the issuer, to recognise it as ours. */
  readonly labels: Readonly<{ leaseId: string; requestId: string; generation: number }>;
}

/** A key as the issuer has it on record. */
export interface IssuedKey {
  readonly issuerKeyId: string;
  /** ISO 8601 with `Z`; absent: never. */
  readonly expiresAt?: string;
}

export type IssueOutcome =
  | Readonly<{ outcome: 'issued'; key: IssuedKey }>
  /** The alias belongs to a key that is not ours; no key of ours exists under it. */
  | Readonly<{ outcome: 'alias-taken' }>;

export interface IssuerModel {
  readonly id: string;
  readonly ownedBy?: string;
}

/**
 * Whoever makes keys live. All methods throw `IssuerRefused` when the issuer understood and said no, and the transient
 * `unavailable`, `rate-limited` or `deadline-exceeded` when it did not answer, not in time or not in words that are
 * known; what the call did is then unknown. No error holds a key.
 */
export interface Issuer {
  readonly name: string;
  /** Address at which issued keys are used. */
  readonly gatewayUrl: string;

  /** A new random key in the form that this issuer accepts. */
  newKey(): SecretBytes;

  /** What the issuer calls a key; derived from it and the same for ever. */
  keyIdOf(secret: SecretBytes): string;

  /**
   * Makes the key live, exactly once: the same order again, also at the same time and after an unknown outcome, finds the
   * key of the first time. Resolves only after the issuer has the key on record.
   */
  issue(order: KeyOrder): Promise<IssueOutcome>;

  /** A key as it is on record; `undefined` only when the issuer says that it has none by this id. Changes nothing. */
  lookup(issuerKeyId: string): Promise<IssuedKey | undefined>;

  /** Ends the key for good. Succeeds when there is none. */
  revoke(issuerKeyId: string): Promise<void>;

  /** All models that a key can be issued for, in no particular order. Changes nothing. */
  listModels(): Promise<readonly IssuerModel[]>;
}

/** An answer that repeating does not change. `message` is for people; text of the issuer in it is redacted and short. */
export class IssuerRefused extends Error {
  override readonly name = 'IssuerRefused';
  readonly reason: 'credential-refused' | 'order-refused';

  constructor(reason: 'credential-refused' | 'order-refused', message: string) {
    super(message);
    this.reason = reason;
  }
}

export const issuerUnavailable = (message: string, cause?: unknown): AppError =>
  new AppError('unavailable', message, { cause });
