import type { SecretBytes } from '@keyledger/secrets';

/** Opens the encrypted tokens of the store that keys are imported from, with the keys that store was encrypted with. */
export interface TokenOpener {
  /**
   * Decrypts. The caller disposes of the result. Throws `TokenUnreadable`, always with the same text, when the token is
   * malformed, was altered, or belongs to none of the keys.
   */
  open(token: string): SecretBytes;
}

/** Says nothing about why, on purpose: whoever can tell the reasons apart can decrypt by asking. */
export class TokenUnreadable extends Error {
  override readonly name = 'TokenUnreadable';

  constructor() {
    super('The token cannot be opened');
  }
}
