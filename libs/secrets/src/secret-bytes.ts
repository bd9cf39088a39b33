import { isUtf8 } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';
import { SecretAccess } from './secret-access.ts';

const LABEL = '[SecretBytes]';

/**
 * Plaintext key material. It cannot be printed, logged, put into JSON or compared by chance: the bytes lie in a private
 * field and come out only as a copy, against a `SecretAccess`. Copying the object (`structuredClone`, spread) gives an
 * empty one.
 */
export class SecretBytes implements Disposable {
  readonly #bytes: Uint8Array;
  #disposed = false;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Copies `bytes`; the caller may overwrite its own afterwards. */
  static copyOf(bytes: Uint8Array): SecretBytes {
    return new SecretBytes(new Uint8Array(bytes));
  }

  /** The UTF-8 bytes of `text`. The string itself cannot be overwritten: keep it short-lived. */
  static fromText(text: string): SecretBytes {
    return new SecretBytes(new TextEncoder().encode(text));
  }

  /** An independent copy, to be disposed of by itself. Throws after `dispose`. */
  copy(): SecretBytes {
    return SecretBytes.copyOf(this.#opened(SecretAccess.granted));
  }

  /** Number of bytes; not a secret. */
  get length(): number {
    return this.#bytes.length;
  }

  /** A copy of the bytes, which the caller overwrites when it is done. Throws after `dispose`. */
  reveal(access: SecretAccess): Uint8Array {
    return new Uint8Array(this.#opened(access));
  }

  /** The bytes as UTF-8 text; throws when they are not. Throws after `dispose`. */
  revealText(access: SecretAccess): string {
    const bytes = this.#opened(access);
    if (!isUtf8(bytes)) throw new TypeError('The secret is not text');
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  }

  /**
   * Equal in content. Takes the same time wherever two secrets of one length differ; only the length itself can be told
   * from the time. Throws after `dispose` of either.
   */
  equals(other: SecretBytes): boolean {
    const mine = this.#opened(SecretAccess.granted);
    const theirs = other.#opened(SecretAccess.granted);
    return mine.length === theirs.length && timingSafeEqual(mine, theirs);
  }

  /**
   * Overwrites the bytes with zeros. Best effort: the runtime may have copied them while it moved memory, and copies that
   * were handed out belong to their holders.
   */
  dispose(): void {
    this.#bytes.fill(0);
    this.#disposed = true;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  toString(): string {
    return LABEL;
  }

  [Symbol.toPrimitive](): string {
    return LABEL;
  }

  [inspect.custom](): string {
    return LABEL;
  }

  /** Throws, so that a secret that strays into an event, a reply or a log record is noticed instead of written. */
  toJSON(): never {
    throw new TypeError('A secret cannot be turned into JSON');
  }

  #opened(access: SecretAccess): Uint8Array {
    if (!SecretAccess.isGranted(access)) throw new TypeError('Plaintext needs a SecretAccess');
    if (this.#disposed) throw new TypeError('The secret has been disposed of');
    return this.#bytes;
  }
}
