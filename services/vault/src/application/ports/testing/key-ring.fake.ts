import { AppError } from '@keyledger/errors';
import type { KeyRing, KeyShredder, WrappedKey } from '../key-ring.port.ts';
import type { MasterKeyUses } from '../master-key-uses.port.ts';
import type { Rewrapping, WrappedKeys, WrappedKeysPage } from '../wrapped-keys.port.ts';

/** A key ring in memory. `rows` is what a thief or a careless operator would get hold of. */
export class FakeKeyRing implements KeyRing, KeyShredder<undefined>, WrappedKeys, MasterKeyUses {
  readonly rows = new Map<string, WrappedKey>();
  readonly retired = new Set<string>();
  readonly #uses = new Map<string, number>();

  async add(key: WrappedKey): Promise<void> {
    this.#assertInUse(key.masterKeyId);
    if (this.rows.has(key.keyId)) throw new Error('This key id is taken');
    this.rows.set(key.keyId, copyOf(key));
  }

  async addMany(keys: readonly WrappedKey[]): Promise<void> {
    for (const { masterKeyId } of keys) this.#assertInUse(masterKeyId);
    const ids = new Set(keys.map(({ keyId }) => keyId));
    if (ids.size < keys.length || keys.some(({ keyId }) => this.rows.has(keyId))) throw new Error('A key id is taken');
    if (new Set(keys.map(({ masterKeyId }) => masterKeyId)).size > 1) throw new Error('Keys of several master keys');
    for (const key of keys) this.rows.set(key.keyId, copyOf(key));
  }

  async find(keyId: string): Promise<WrappedKey | undefined> {
    const row = this.rows.get(keyId);
    return row === undefined ? undefined : copyOf(row);
  }

  async findMany(keyIds: readonly string[]): Promise<ReadonlyMap<string, WrappedKey>> {
    const rows = keyIds.flatMap((keyId) => this.rows.get(keyId) ?? []);
    return new Map(rows.map((row) => [row.keyId, copyOf(row)]));
  }

  async findOrAdd(key: WrappedKey): Promise<WrappedKey> {
    if (!this.rows.has(key.keyId)) await this.add(key);
    return copyOf(this.rows.get(key.keyId) as WrappedKey);
  }

  async shred(keyIds: readonly string[]): Promise<void> {
    for (const keyId of keyIds) if (this.rows.get(keyId)?.purpose === 'secret') this.rows.delete(keyId);
  }

  async isEmpty(): Promise<boolean> {
    return this.rows.size === 0;
  }

  async census(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const { masterKeyId } of this.rows.values()) counts.set(masterKeyId, (counts.get(masterKeyId) ?? 0) + 1);
    return counts;
  }

  async wrappedBy(masterKeyId: string, { after = '', limit }: WrappedKeysPage): Promise<readonly WrappedKey[]> {
    const rows = await this.all({ limit: Infinity });
    return rows.filter((row) => row.masterKeyId === masterKeyId && row.keyId > after).slice(0, limit);
  }

  async all({ after = '', limit }: WrappedKeysPage): Promise<readonly WrappedKey[]> {
    return [...this.rows.values()]
      .filter((row) => row.keyId > after)
      .sort((left, right) => (left.keyId < right.keyId ? -1 : 1))
      .slice(0, limit)
      .map(copyOf);
  }

  async rewrap(masterKeyId: string, changes: readonly Rewrapping[]): Promise<ReadonlySet<string>> {
    const changed = new Set<string>();
    for (const { previous, wrapped } of changes) {
      const row = this.rows.get(previous.keyId);
      if (row === undefined || this.retired.has(masterKeyId)) continue;
      if (row.masterKeyId !== previous.masterKeyId || Buffer.compare(row.wrapped, previous.wrapped) !== 0) continue;
      this.rows.set(previous.keyId, copyOf({ ...row, masterKeyId, wrapped }));
      changed.add(previous.keyId);
    }
    return changed;
  }

  async reserve(masterKeyId: string, uses: number): Promise<number> {
    this.#assertInUse(masterKeyId);
    const total = (this.#uses.get(masterKeyId) ?? 0) + uses;
    this.#uses.set(masterKeyId, total);
    return total;
  }

  async counts(): Promise<ReadonlyMap<string, number>> {
    return new Map(this.#uses);
  }

  async retire(masterKeyId: string): Promise<'retired' | 'still-wraps'> {
    if ((await this.census()).has(masterKeyId)) return 'still-wraps';
    this.retired.add(masterKeyId);
    return 'retired';
  }

  #assertInUse(masterKeyId: string): void {
    if (this.retired.has(masterKeyId)) throw new AppError('sealed', 'The master key is retired');
  }
}

const copyOf = (key: WrappedKey): WrappedKey => ({ ...key, wrapped: new Uint8Array(key.wrapped) });
