import type { RecipientKey } from '@keyledger/contracts-vault';
import type { SecretBytes } from '@keyledger/secrets';

/** The only form in which plaintext leaves the vault: compact JWE, ECDH-ES with A256GCM and a fresh ephemeral key each. */
export interface RecipientSealer {
  /** Throws `malformed` when the public key is no point of the curve. */
  recipientOf(key: RecipientKey): Recipient;

  /** RFC 7638 thumbprint (SHA-256, base64url): names the recipient in history. */
  thumbprintOf(key: RecipientKey): string;
}

/** Somebody to whom can be encrypted. Neither method fails for a secret that is text. */
export interface Recipient {
  /** Encrypts `{"key": …}`. */
  seal(secret: SecretBytes): string;

  /** Encrypts `{"keys": {"<id>": …}}`. */
  sealAll(secrets: ReadonlyMap<string, SecretBytes>): string;
}
