/**
 * The proof that a piece of code is allowed to see plaintext. `secret-access.allow-list.spec.ts` lists every file that
 * may name this class; there is no other way to the bytes of a secret.
 */
export class SecretAccess {
  /** Makes the type nominal: without it `{}` would be accepted as the proof. */
  readonly #brand = true;

  static readonly granted = new SecretAccess();

  private constructor() {}

  /** False for anything that merely looks like the proof, also when the type checker was silenced. */
  static isGranted(value: unknown): value is SecretAccess {
    return typeof value === 'object' && value !== null && #brand in value && value.#brand;
  }
}
