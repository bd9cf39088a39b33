import type { KeyRing, WrappedKey } from '../key-ring.port.ts';

/** A key ring in memory. `rows` is what a thief or a careless operator would get hold of. */
export class FakeKeyRing implements KeyRing {
  readonly rows = new Map<string, WrappedKey>();

  async add(key: WrappedKey): Promise<void> {
    if (this.rows.has(key.keyId)) throw new Error('This key id is taken');
    this.rows.set(key.keyId, copyOf(key));
  }

  async find(keyId: string): Promise<WrappedKey | undefined> {
    const row = this.rows.get(keyId);
    return row === undefined ? undefined : copyOf(row);
  }

  async findOrAdd(key: WrappedKey): Promise<WrappedKey> {
    if (!this.rows.has(key.keyId)) this.rows.set(key.keyId, copyOf(key));
    return copyOf(this.rows.get(key.keyId) as WrappedKey);
  }

  async isEmpty(): Promise<boolean> {
    return this.rows.size === 0;
  }
}

const copyOf = (key: WrappedKey): WrappedKey => ({ ...key, wrapped: Uint8Array.from(key.wrapped) });
