import { NdjsonFile } from '../ndjson-file.ts';
import type { KeyRow } from './key-row.ts';

type Entry = { readonly put: KeyRow } | { readonly deleted: string };

/**
 * The keys of the stand-in. With a file, every change is written to its end before it is answered, so that nothing is
 * lost when the process is killed.
 */
export class KeyLedger {
  readonly #rows = new Map<string, KeyRow>();
  readonly #deleted: KeyRow[] = [];
  readonly #file: NdjsonFile<Entry> | undefined;

  constructor(dataFile?: string) {
    if (dataFile === undefined) return;
    this.#file = new NdjsonFile(dataFile);
    for (const entry of this.#file.entries) this.#apply(entry);
  }

  /** Live keys, oldest first. */
  rows(): readonly KeyRow[] {
    return [...this.#rows.values()];
  }

  deleted(): readonly KeyRow[] {
    return this.#deleted;
  }

  find(token: string): KeyRow | undefined {
    return this.#rows.get(token);
  }

  withAlias(alias: string): KeyRow | undefined {
    return this.rows().find((row) => row.key_alias === alias);
  }

  put(row: KeyRow): void {
    this.#write({ put: row });
  }

  delete(token: string): void {
    this.#write({ deleted: token });
  }

  close(): void {
    this.#file?.close();
  }

  #write(entry: Entry): void {
    this.#file?.append(entry);
    this.#apply(entry);
  }

  #apply(entry: Entry): void {
    if ('put' in entry) {
      this.#rows.set(entry.put.token, entry.put);
      return;
    }
    const row = this.#rows.get(entry.deleted);
    if (row) this.#deleted.push(row);
    this.#rows.delete(entry.deleted);
  }
}
