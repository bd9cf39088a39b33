import type { SecretBytes } from '@keyledger/secrets';
import { z } from 'zod';
import type { Connection } from '../../domain/providers/connection.ts';

/** What a record of another system holds where its key should be. */
export type StoredKey =
  | Readonly<{ found: 'token'; token: string }>
  | Readonly<{ found: 'plaintext'; secret: SecretBytes }>
  | Readonly<{ found: 'nothing' }>;

export interface StoredRecord {
  /** Tells the records of one owner apart, and stays when the file is written anew. */
  readonly recordId: string;
  readonly owner: string;
  /** What people call it. */
  readonly label: string;
  /** Where the other system used it; absent when that cannot be said here. */
  readonly connection?: Connection;
  readonly key: StoredKey;
}

/** Reads one record; `undefined` for what is none of that system. Pure: opens nothing. */
export type RecordReader = (record: unknown) => StoredRecord | undefined;

const LONGEST = 255;

/** One line of text, as ids and names are here. Databases number their rows; text and number are the same id. */
const line = z
  .string()
  .trim()
  .min(1)
  .max(LONGEST)
  .regex(/^\P{Cc}*$/u);

export const idSchema = z.union([line, z.int()]).transform(String);

/** A name is no reason to leave a key behind: what is no name here gives way to `fallback`. */
export const labelOr = (name: unknown, fallback: string): string => line.safeParse(name).data ?? fallback;
