export interface KeyBudget {
  readonly maxUsd: number;
  /** Whole seconds, minutes, hours or days: `30d`. Absent: once, for the whole life of the key. */
  readonly period?: string | undefined;
}

export interface RateLimits {
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
  readonly parallelRequests?: number | undefined;
}

/** Kept with a key at the issuer, to recognise it as ours. */
export interface KeyLabels {
  readonly leaseId: string;
  readonly requestId?: string | undefined;
  readonly generation: number;
}

/** What a key may, and for how long. What an issuer does not enforce is not sent to it. */
export interface KeyTerms {
  /** Never empty: an empty list means every model at some issuers. */
  readonly modelIds: readonly string[];
  readonly duration?: string | undefined;
  readonly budget?: KeyBudget | undefined;
  readonly softBudgetUsd?: number | undefined;
  readonly rateLimits?: RateLimits | undefined;
}

export interface KeyOrder extends KeyTerms {
  /** Name at the issuer; used for this key only. */
  readonly alias: string;
  readonly owner: string;
  readonly labels: KeyLabels;
}

/** A key as the issuer has it on record. Fields that the issuer does not tell are absent. */
export interface IssuedKey {
  readonly issuerKeyId: string;
  readonly alias?: string;
  /** ISO 8601 with `Z`; absent: never, or not at this issuer. */
  readonly expiresAt?: string;
  readonly isSuspended?: boolean;
  readonly modelIds?: readonly string[];
  readonly budget?: KeyBudget;
  readonly rateLimits?: RateLimits;
  readonly labels?: KeyLabels;
}

/** What can be changed of a live key. Absent keeps; what is given takes the place of the former as a whole. */
export interface KeyChange {
  readonly expiresAt?: string;
  readonly modelIds?: readonly string[];
  readonly budget?: KeyBudget;
  readonly rateLimits?: RateLimits;
}

export type Changeable = keyof KeyChange;

export interface KeyUsage {
  readonly issuerKeyId: string;
  readonly spentUsd?: number;
  readonly lastUsedAt?: string;
  /** When `spentUsd` next starts from zero, as the issuer tells it; the same for the whole budget period. */
  readonly budgetResetAt?: string;
}

export interface IssuerModel {
  readonly id: string;
  readonly ownedBy?: string;
}
