import { AppError } from '@keyledger/errors';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { WrappedKey } from '../ports/key-ring.port.ts';

const FORMAT = 'keyledger.key-ring';

const headerSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(1),
  createdAt: z.iso.datetime(),
});

const keySchema = z.strictObject({
  keyId: z.uuid(),
  purpose: z.enum(['secret', 'fingerprint']),
  masterKeyId: z.uuid(),
  wrapped: z.base64(),
});

const trailerSchema = z.strictObject({ keys: z.int().min(0), sha256: z.hex().length(64) });

const broken = (reason: string): AppError => new AppError('malformed', `The backup of the key ring ${reason}`);

const toLine = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** Lines of a backup: a header, the wrapped keys as they are stored, and the digest of everything before it. */
export async function* writeBackup(keys: AsyncIterable<WrappedKey>, createdAt: Date): AsyncIterable<string> {
  const digest = createHash('sha256');
  let count = 0;
  const counted = (line: string): string => {
    digest.update(line);
    return line;
  };
  yield counted(toLine({ format: FORMAT, version: 1, createdAt: createdAt.toISOString() }));
  for await (const { keyId, purpose, masterKeyId, wrapped } of keys) {
    count += 1;
    yield counted(toLine({ keyId, purpose, masterKeyId, wrapped: Buffer.from(wrapped).toString('base64') }));
  }
  yield toLine({ keys: count, sha256: digest.digest('hex') });
}

const parseLine = <T>(schema: z.ZodType<T>, line: string | undefined, what: string): T => {
  const parsed = schema.safeParse(jsonOf(line));
  if (!parsed.success) throw broken(`is damaged: its ${what} cannot be read`);
  return parsed.data;
};

const jsonOf = (line: string | undefined): unknown => {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
};

/** Throws `malformed` unless it is whole, byte by byte: nothing of a damaged backup is used. */
export const readBackup = (text: string): readonly WrappedKey[] => {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw broken('is not complete');
  const trailer = parseLine(trailerSchema, lines.pop(), 'last line');
  const body = lines.map((line) => `${line}\n`).join('');
  if (createHash('sha256').update(body).digest('hex') !== trailer.sha256)
    throw broken('is damaged: its digest differs');
  const [header, ...keys] = lines;
  parseLine(headerSchema, header, 'first line');
  if (keys.length !== trailer.keys) throw broken('is damaged: keys are missing');
  return keys.map((line, index) => {
    const { wrapped, ...key } = parseLine(keySchema, line, `line ${index + 2}`);
    return { ...key, wrapped: Uint8Array.from(Buffer.from(wrapped, 'base64')) };
  });
};
