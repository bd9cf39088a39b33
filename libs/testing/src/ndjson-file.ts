import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';

/**
 * One JSON value per line, only ever appended to. What `append` has returned from survives the end of the process.
 * A last line without an end was cut off by a crash: it is removed when the file is opened.
 */
export class NdjsonFile<T> {
  readonly entries: readonly T[];
  readonly #descriptor: number;

  constructor(file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    this.#descriptor = openSync(file, 'a+', 0o600);
    const content = readFileSync(file);
    const end = content.lastIndexOf('\n') + 1;
    if (end < content.length) ftruncateSync(this.#descriptor, end);
    const lines = content.toString('utf8', 0, end).split('\n').slice(0, -1);
    this.entries = lines.map((line) => JSON.parse(line) as T);
  }

  append(entry: T): void {
    writeSync(this.#descriptor, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
  }
}
