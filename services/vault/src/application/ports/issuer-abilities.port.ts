import type { SecretBytes } from '@keyledger/secrets';
import type { Changeable, IssuedKey, KeyChange, KeyLabels, KeyOrder, KeyUsage } from './issuer-keys.ts';

/** Keys that the vault chooses and seals before the issuer hears of them. */
export interface ChosenKeys {
  /** A new random key in the form that this issuer accepts. */
  newKey(): SecretBytes;

  /** What the issuer calls a key; derived from it and the same for ever. */
  keyIdOf(secret: SecretBytes): string;

  /**
   * Makes the key live, exactly once: the same order again, also at the same time and after an unknown outcome, finds the
   * key of the first time. Resolves only after the issuer has the key on record. `alias-taken`: the alias belongs to a key
   * that is not ours; none of ours exists under it.
   */
  issue(
    order: KeyOrder & { readonly secret: SecretBytes },
  ): Promise<Readonly<{ outcome: 'issued'; key: IssuedKey }> | Readonly<{ outcome: 'alias-taken' }>>;
}

/** Keys that the issuer makes and tells once. Not repeatable: after an unknown outcome, look under the alias. */
export interface MadeKeys {
  /** The caller owns `secret` and disposes of it. */
  issue(order: KeyOrder): Promise<Readonly<{ key: IssuedKey; secret: SecretBytes }>>;
}

/** Keys that lie in stock: secrets of the vault, shared by all leases or for one lease at a time. */
export interface StockKeys {
  /** The same lease and generation again gets the same one. `exhausted`: all are taken. */
  take(
    labels: KeyLabels,
  ): Promise<
    | Readonly<{ outcome: 'taken'; issuerKeyId: string; secretId: string; version: number }>
    | Readonly<{ outcome: 'exhausted' }>
  >;
}

/** Keys that a person fetches at the provider and hands in; who does that, and with what instruction. */
export interface HandedInKeys {
  readonly instruction: string;
  /** The provider that knows the keys, to show one to; absent: none that the vault can ask. */
  readonly connection?: Readonly<{ provider: string; baseUrl?: string | undefined }>;
}

export type KeyOrigin =
  | Readonly<{ keysFrom: 'vault'; keys: ChosenKeys }>
  | Readonly<{ keysFrom: 'issuer'; keys: MadeKeys }>
  | Readonly<{ keysFrom: 'stock'; keys: StockKeys }>
  | Readonly<{ keysFrom: 'custodian'; keys: HandedInKeys }>;

/**
 * Changes of a live key. Repeating one is safe; an issuer of several processes may go by the former limits for a minute.
 * Throws `IssuerRefused` (`key-not-found`) for a key that is not there.
 */
export interface KeyChanges {
  readonly can: readonly Changeable[];

  /** Resolves with the key as it is on record afterwards. */
  change(issuerKeyId: string, change: KeyChange): Promise<IssuedKey>;
}

/** A suspended key is not accepted, and keeps everything else. Repeating is safe. Throws as `KeyChanges` does. */
export interface KeySuspension {
  /** Resolves when the issuer has taken it on; its processes may accept the key for a minute longer. */
  suspend(issuerKeyId: string): Promise<void>;

  /** The key is as it was before, with the limits that it has by now. */
  resume(issuerKeyId: string): Promise<void>;
}

/**
 * The issuer's own list. Bounded memory however long it is. A key that is made or ended while it is read may be missing or
 * told: look it up before acting on its absence.
 */
export interface KeyInventory {
  /**
   * Every key that carries our marker, suspended ones included; order is not promised. One that is told in a form that is
   * not known has its id alone, and its alias where that can be read, so that it keeps nobody from the others.
   */
  listOurs(): AsyncIterable<IssuedKey>;

  /**
   * All keys that have exactly this alias: more than one after a race at an issuer that does not keep names unique. Of those
   * told in a form that is not known, id and alias.
   */
  findByAlias(alias: string): Promise<readonly IssuedKey[]>;
}

export interface UsageReport {
  /** True: what was spent is told of the whole life of a key. Absent: of the period of its budget, where it has one. */
  readonly countsForEver?: true;

  /**
   * Of the keys asked for; those that the issuer does not know, or tells in a form that is not known, are left out. Many
   * keys at once cost the issuer as many calls as its list has pages, so whoever wants many asks once.
   */
  usageOf(issuerKeyIds: readonly string[]): AsyncIterable<KeyUsage>;
}
