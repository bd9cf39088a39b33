import type { RecipientKey } from '@keyledger/contracts-vault';
import type { SecretBytes } from '@keyledger/secrets';

/** The only form in which plaintext leaves the vault. */
export interface RecipientSealer {
  /**
   * Encrypts `{"key": …}` to the recipient: compact JWE, ECDH-ES with A256GCM and a fresh ephemeral key. Throws
   * `malformed` when the public key is no point of the curve.
   */
  seal(secret: SecretBytes, recipient: RecipientKey): Promise<string>;

  /** RFC 7638 thumbprint (SHA-256, base64url): names the recipient in history. */
  thumbprintOf(recipient: RecipientKey): string;
}
