import type { SecretBytes } from '@keyledger/secrets';
import type { Envelope } from '../../domain/secret/secret.messages.ts';

/** Where a ciphertext belongs. It opens nowhere else. */
export interface SecretContext {
  readonly secretId: string;
  readonly version: number;
  readonly owner: string;
}

export interface SealedSecret {
  readonly envelope: Envelope;
  readonly mask: string;
  readonly fingerprint: string;
}

export interface ContextualSecret {
  readonly secret: SecretBytes;
  readonly context: SecretContext;
}

export interface ContextualEnvelope {
  readonly envelope: Envelope;
  readonly context: SecretContext;
}

/** Envelope encryption. All methods throw `sealed` while there is no master key. */
export interface SecretSealer {
  /** Throws `sealed`, so that nothing is begun that could not be finished. */
  assertUnsealed(): void;

  /**
   * Encrypts under a data key of its own, which lies wrapped in the key ring when the promise resolves. A result that is
   * thrown away leaves an unused data key behind and does no other harm. Throws `sealed` also when the key of fingerprints is
   * damaged.
   */
  seal(secret: SecretBytes, context: SecretContext): Promise<SealedSecret>;

  /** The same for several, whose data keys are stored together: all or none are sealed. In the order in which they are given. */
  sealMany(secrets: readonly ContextualSecret[]): Promise<readonly SealedSecret[]>;

  /**
   * Decrypts. The caller disposes of the result. Throws `SecretUnreadable`, always with the same text, when ciphertext,
   * wrapped key, context or master key do not belong together or a byte of them has changed.
   */
  open(envelope: Envelope, context: SecretContext): Promise<SecretBytes>;

  /**
   * The same for several, in the order in which they are given, and with `undefined` in the place of each that does not open. The
   * caller disposes of all results.
   */
  openMany(secrets: readonly ContextualEnvelope[]): Promise<readonly (SecretBytes | undefined)[]>;
}

/** The secret cannot be opened and has to be entered or issued anew. Says nothing about why, on purpose. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable';

  constructor() {
    super('The secret cannot be opened');
  }
}
