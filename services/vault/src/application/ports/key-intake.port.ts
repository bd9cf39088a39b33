import type { SecretBytes } from '@keyledger/secrets';
import type { Connection } from '../../domain/providers/connection.ts';

/** The place of a key that comes from elsewhere. */
export interface IntakePlace {
  readonly secretId: string;
  readonly owner: string;
  /** What people call it. */
  readonly label: string;
  /** Where it belongs, if that is known. */
  readonly connection?: Connection;
}

export type IntakeAnswer =
  | 'sealed'
  /** The same key is there already, as the current version or an earlier one; nothing was written. */
  | 'known'
  /** There is another key; it was left alone. */
  | 'another-key'
  /** The secret was destroyed here, and stays so. */
  | 'shredded';

export interface KeyIntake {
  /**
   * Seals a key as the first version of a new secret. Safe to repeat, also after an unknown outcome. Does not dispose of
   * `secret`. Throws `sealed` while there is no master key.
   */
  take(secret: SecretBytes, place: IntakePlace): Promise<IntakeAnswer>;
}
