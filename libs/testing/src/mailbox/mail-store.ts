import { EventEmitter, on } from 'node:events';
import { NdjsonFile } from '../ndjson-file.ts';
import type { MailMessage } from './mail-message.ts';

type Entry = { readonly received: MailMessage } | { readonly deleted: string } | { readonly cleared: true };

/** The caught mails, oldest first; with a file they survive a restart. */
export class MailStore {
  readonly #messages = new Map<string, MailMessage>();
  readonly #changes = new EventEmitter({ captureRejections: false }).setMaxListeners(0);
  readonly #file: NdjsonFile<Entry> | undefined;

  constructor(dataFile?: string) {
    if (dataFile === undefined) return;
    this.#file = new NdjsonFile(dataFile);
    for (const entry of this.#file.entries) this.#apply(entry);
  }

  all(): readonly MailMessage[] {
    return [...this.#messages.values()];
  }

  find(id: string): MailMessage | undefined {
    return this.#messages.get(id);
  }

  add(message: MailMessage): void {
    this.#write({ received: message });
  }

  delete(id: string): void {
    if (this.#messages.has(id)) this.#write({ deleted: id });
  }

  clear(): void {
    this.#write({ cleared: true });
  }

  /** Yields once at the beginning and after every change, until the signal ends it. */
  async *changes(signal: AbortSignal): AsyncGenerator<undefined> {
    const changed = on(this.#changes, 'change', { signal });
    yield undefined;
    try {
      for await (const _ of changed) yield undefined;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  close(): void {
    this.#file?.close();
  }

  #write(entry: Entry): void {
    this.#file?.append(entry);
    this.#apply(entry);
    this.#changes.emit('change');
  }

  #apply(entry: Entry): void {
    if ('received' in entry) this.#messages.set(entry.received.id, entry.received);
    else if ('deleted' in entry) this.#messages.delete(entry.deleted);
    else this.#messages.clear();
  }
}
