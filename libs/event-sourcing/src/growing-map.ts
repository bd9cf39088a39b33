/**
 * A map for states of streams to which every event adds: `with` costs the same however much it holds, where a copied `Map`
 * would make the folding of a long stream quadratic. Immutable to whoever holds it. The maps of one history share a log of
 * entries, of which each sees the beginning that is its own; the newest goes on in it, and an older one that grows in another
 * direction takes a copy.
 */
export class GrowingMap<Key, Value> implements Iterable<readonly [Key, Value]> {
  readonly #log: Map<Key, Readonly<{ value: Value; place: number }>>;
  readonly size: number;

  private constructor(log: Map<Key, Readonly<{ value: Value; place: number }>>, size: number) {
    this.#log = log;
    this.size = size;
  }

  static empty<Key, Value>(): GrowingMap<Key, Value> {
    return new GrowingMap<Key, Value>(new Map(), 0);
  }

  get(key: Key): Value | undefined {
    const entry = this.#log.get(key);
    return entry !== undefined && entry.place < this.size ? entry.value : undefined;
  }

  has(key: Key): boolean {
    const entry = this.#log.get(key);
    return entry !== undefined && entry.place < this.size;
  }

  /** This map and one entry more, or with another value for a key that it has. */
  with(key: Key, value: Value): GrowingMap<Key, Value> {
    const isNewest = this.#log.size === this.size && !this.#log.has(key);
    const log = isNewest ? this.#log : new Map([...this].map(([k, v], place) => [k, { value: v, place }]));
    log.set(key, { value, place: log.get(key)?.place ?? this.size });
    return new GrowingMap(log, log.size);
  }

  *[Symbol.iterator](): IterableIterator<readonly [Key, Value]> {
    let left = this.size;
    for (const [key, { value }] of this.#log) {
      if (left === 0) return;
      left -= 1;
      yield [key, value];
    }
  }
}
