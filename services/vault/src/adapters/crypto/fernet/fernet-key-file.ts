import { AppError } from '@keyledger/errors';
import { readFile } from 'node:fs/promises';
import type { TokenOpener } from '../../../application/ports/token-opener.port.ts';
import { derivedFernetKey, type FernetKey, rawFernetKey } from './fernet-key.ts';
import { openFernetToken } from './fernet-token.ts';

/** What a line of the file is: a key as it stands, or a passphrase. Answers `undefined` when it is not that. */
export type FernetKeyLine = (line: Buffer) => Promise<FernetKey | undefined>;

/** `pbkdf2-sha256:<iterations>:<salt in base64>:<passphrase>` */
const DERIVED = /^pbkdf2-sha256:(\d{1,8}):([A-Za-z0-9+/]+={0,2}):/;

const FEEDFORWARD = { salt: Buffer.from('feedforward_salt'), iterations: 100_000 };

/** The SECRET_KEY of FeedForward, which derives its key from that with a constant salt. */
export const feedForwardKey: FernetKeyLine = (line) => derivedFernetKey(line, FEEDFORWARD);

/** A raw Fernet key, or a passphrase with the way to derive the key from it. */
export const rawOrDerivedKey: FernetKeyLine = async (line) => {
  const derived = DERIVED.exec(line.toString('latin1'));
  if (derived === null) return rawFernetKey(line.toString('latin1'));
  const [prefix, iterations, salt = ''] = derived;
  if (Number(iterations) === 0) return undefined;
  return derivedFernetKey(line.subarray(prefix.length), {
    salt: Buffer.from(salt, 'base64'),
    iterations: Number(iterations),
  });
};

const LF = 0x0a;
const CR = 0x0d;

const linesOf = (content: Buffer): readonly Buffer[] => {
  const lines: Buffer[] = [];
  for (let start = 0; start < content.length;) {
    const found = content.indexOf(LF, start);
    const end = found === -1 ? content.length : found;
    const line = content.subarray(start, end > start && content[end - 1] === CR ? end - 1 : end);
    lines.push(line);
    start = end + 1;
  }
  return lines;
};

const invalid = (reason: string): AppError => new AppError('malformed', `The file with the keys ${reason}`);

/**
 * An opener with the keys in a file, one on each line; a token is tried with each of them, in their order, so that a store
 * in the middle of a rotation can be read. Throws `malformed`, naming the line but not what stands there.
 */
export const fernetKeyFile = async (path: string, keyOf: FernetKeyLine): Promise<TokenOpener> => {
  const content = await readFile(path).catch((error: unknown) => {
    throw invalid(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`);
  });
  try {
    const keys: FernetKey[] = [];
    for (const [index, line] of linesOf(content).entries()) {
      const key = line.length === 0 ? undefined : await keyOf(line);
      if (key !== undefined) keys.push(key);
      else if (line.length > 0) throw invalid(`has something else than a key on its line ${index + 1}`);
    }
    if (keys.length === 0) throw invalid('is empty');
    return { open: (token) => openFernetToken(token, keys) };
  } finally {
    content.fill(0);
  }
};
