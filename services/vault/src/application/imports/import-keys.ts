import { createSecretKey, randomBytes } from 'node:crypto';
import { deriveId } from '@keyledger/event-sourcing';
import { fingerprintOf, flawOf, maskOf, SecretBytes, type ValueFlaw } from '@keyledger/secrets';
import type { KeyIntake } from '../ports/key-intake.port.ts';
import { type TokenOpener, TokenUnreadable } from '../ports/token-opener.port.ts';
import { splitRecords } from './split-records.ts';
import type { RecordReader, StoredKey, StoredRecord } from './stored-record.ts';

interface ImportDeps {
  /** Name of the system; part of the ids, so that records of two systems never meet. */
  readonly format: string;
  readonly readRecord: RecordReader;
  readonly opener: TokenOpener;
  readonly intake: KeyIntake;
}

/** A key that was there; `secretId` is where it is now. */
interface Known {
  readonly secretId: string;
  readonly mask: string;
}

type Imported =
  | (Readonly<{ outcome: 'imported' | 'duplicate' }> & Known)
  /** The secret of this record holds another key by now; it stays. */
  | (Readonly<{ outcome: 'another-key' }> & Known)
  /** The secret of this record was destroyed here; it is not brought back. */
  | (Readonly<{ outcome: 'shredded' }> & Known)
  /** The other system had lost the key already: it has to be entered anew. */
  | Readonly<{ outcome: 'only-a-mask' }>
  | Readonly<{ outcome: 'could-not-be-opened' }>
  | Readonly<{ outcome: 'no-key' }>
  /** No key has white space or quotes around it, or is no text. */
  | Readonly<{ outcome: 'flawed'; flaw: ValueFlaw }>;

/** What became of one record. */
export type ImportReport = Readonly<{ position: number }> &
  (Readonly<{ outcome: 'malformed' }> | (Readonly<{ owner: string; recordId: string }> & Imported));

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The error of the parser would quote the text.
    return undefined;
  }
};

/** Whether there is a key in a record, and its plaintext, of which the caller disposes. */
const keyIn = (key: StoredKey, opener: TokenOpener): SecretBytes | Imported => {
  switch (key.found) {
    case 'nothing':
      return { outcome: 'no-key' };
    case 'plaintext':
      return key.secret;
    case 'token':
      // A mask that took the place of the whole token.
      if (flawOf(SecretBytes.fromText(key.token)) === 'mask') return { outcome: 'only-a-mask' };
      try {
        return opener.open(key.token);
      } catch (error) {
        if (error instanceof TokenUnreadable) return { outcome: 'could-not-be-opened' };
        throw error;
      }
  }
};

const flawed = (flaw: ValueFlaw): Imported => {
  if (flaw === 'empty') return { outcome: 'no-key' };
  return flaw === 'mask' ? { outcome: 'only-a-mask' } : { outcome: 'flawed', flaw };
};

/** Remembers the keys of one run by fingerprints under a key that nobody else has and that ends with the run. */
class KeysOfRun {
  readonly #key = createSecretKey(randomBytes(32));
  readonly #places = new Map<string, string>();

  /** Where the owner has this key already; otherwise it is remembered at `secretId`. */
  placeOf(secret: SecretBytes, owner: string, secretId: string): string {
    const fingerprint = `${fingerprintOf(secret, this.#key)} ${owner}`;
    const place = this.#places.get(fingerprint) ?? secretId;
    this.#places.set(fingerprint, place);
    return place;
  }
}

const OUTCOMES = {
  sealed: 'imported',
  known: 'duplicate',
  'another-key': 'another-key',
  shredded: 'shredded',
} as const;

/**
 * Takes over the keys of another system and tells what became of each record, in the order of the file. The ids of the
 * secrets follow from owner and record, so a file can be read again, from the start, after anything that went wrong: what
 * is there is a duplicate. A key that an owner has in several records of the file is sealed once.
 */
export async function* importKeys(deps: ImportDeps, file: AsyncIterable<string>): AsyncGenerator<ImportReport> {
  const run = new KeysOfRun();

  const importOne = async ({ recordId, owner, label, connection, key }: StoredRecord): Promise<Imported> => {
    const found = keyIn(key, deps.opener);
    if (!(found instanceof SecretBytes)) return found;
    using secret = found;
    const flaw = flawOf(secret);
    if (flaw !== undefined) return flawed(flaw);
    const secretId = deriveId('imported-key', deps.format, owner, recordId);
    const mask = maskOf(secret);
    const place = run.placeOf(secret, owner, secretId);
    if (place !== secretId) return { outcome: 'duplicate', secretId: place, mask };
    const belongs = connection === undefined ? {} : { connection };
    const answer = await deps.intake.take(secret, { secretId, owner, label, ...belongs });
    return { outcome: OUTCOMES[answer], secretId, mask };
  };

  for await (const { position, text } of splitRecords(file)) {
    const record = text === undefined ? undefined : deps.readRecord(parsed(text));
    if (record === undefined) yield { position, outcome: 'malformed' };
    else yield { position, owner: record.owner, recordId: record.recordId, ...(await importOne(record)) };
  }
}
