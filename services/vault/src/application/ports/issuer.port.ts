import { AppError } from '@keyledger/errors';
import type { KeyChanges, KeyInventory, KeyOrigin, KeySuspension, UsageReport } from './issuer-abilities.port.ts';
import type { IssuedKey, IssuerModel } from './issuer-keys.ts';

/**
 * Whoever makes keys live. All methods throw `IssuerRefused` when the issuer understood and said no, and the transient
 * `unavailable`, `rate-limited` or `deadline-exceeded` when it did not answer, not in time or not in words that are
 * known; what the call did is then unknown. No error holds a key. An ability that is absent, the issuer has not.
 */
export type Issuer = KeyOrigin & {
  readonly name: string;
  /** Address at which issued keys are used. */
  readonly gatewayUrl: string;
  /** What of the terms the issuer enforces itself. */
  readonly enforces: readonly ('models' | 'expiry' | 'budget' | 'rate-limits')[];
  readonly changes?: KeyChanges;
  readonly suspension?: KeySuspension;
  readonly inventory?: KeyInventory;
  readonly usage?: UsageReport;

  /**
   * A key as it is on record; `undefined` only when the issuer says that it has none by this id. Throws `KeyUnreadable` for
   * one that it tells in a form that is not known. Changes nothing.
   */
  lookup(issuerKeyId: string): Promise<IssuedKey | undefined>;

  /**
   * Ends the key for good. Succeeds when there is none. `by-hand`: this issuer cannot; a person must do it at the provider
   * and confirm it.
   */
  revoke(issuerKeyId: string): Promise<'revoked' | 'by-hand'>;

  /** All models that a key can be issued for, in no particular order. Changes nothing. */
  listModels(): Promise<readonly IssuerModel[]>;
};

/** The issuers whose keys come from there. */
export type IssuerFrom<Origin extends Issuer['keysFrom']> = Extract<Issuer, { keysFrom: Origin }>;

/** Every issuer that is configured. */
export interface Issuers {
  /** In the order of the configuration. */
  readonly names: readonly string[];

  /** `undefined` for a name that is not configured (any more). */
  find(name: string): Issuer | undefined;

  /** The issuer that keys for this model are ordered from. */
  issuerFor(modelId: string): Issuer | undefined;
}

/** An answer that repeating does not change. `message` is for people; text of the issuer in it is redacted and short. */
export class IssuerRefused extends Error {
  override readonly name = 'IssuerRefused';
  readonly reason: 'credential-refused' | 'order-refused' | 'key-not-found';

  constructor(reason: IssuerRefused['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export const issuerUnavailable = (message: string, cause?: unknown): AppError =>
  new AppError('unavailable', message, { cause });

/**
 * The issuer has the key and tells it in a form that is not known. Whoever acts on what a key may has no answer; whoever
 * only wants to know that it is there has one.
 */
export class KeyUnreadable extends AppError {
  /** Where it can be read. */
  readonly alias: string | undefined;

  constructor(issuer: string, alias?: string) {
    super('unavailable', `${issuer} told a key in a form that is not known`);
    this.alias = alias;
  }
}
