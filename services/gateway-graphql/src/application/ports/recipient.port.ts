import type { InputOf } from '@keyledger/messaging';
import type { OpenLink } from '@keyledger/contracts-delivery';

/** A key pair for one message. The private half never leaves the process and is gone with the object. */
export interface Recipient {
  readonly publicKey: InputOf<typeof OpenLink>['recipientKey'];
  /**
   * The key that was sealed to `publicKey` as a compact JWE (ECDH-ES, A256GCM), in the JSON of the vault's contract.
   * Rejects for anything else, with an error that holds neither text nor ciphertext.
   */
  decrypt(jwe: string): Promise<string>;
  /** The same for several keys, by the ids of their secrets. */
  decryptAll(jwe: string): Promise<ReadonlyMap<string, string>>;
}

export type OpenRecipient = () => Promise<Recipient>;

export const OPEN_RECIPIENT: unique symbol = Symbol('OpenRecipient');
