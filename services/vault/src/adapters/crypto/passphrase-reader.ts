import { AppError } from '@keyledger/errors';
import { SecretBytes } from '@keyledger/secrets';
import { readFile } from 'node:fs/promises';

/** Reads a passphrase from a file anew each time. A line end behind it, which editors add, is no part of it. */
export const passphraseFile = (path: string) => async (): Promise<SecretBytes | undefined> => {
  const content = await readFile(path).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new AppError('sealed', `The file with the passphrase cannot be read: ${code ?? 'unknown error'}`);
  });
  if (content === undefined) return undefined;
  const passphrase = withoutLineEnd(content);
  const secret = passphrase.length === 0 ? undefined : SecretBytes.copyOf(passphrase);
  content.fill(0);
  return secret;
};

const LF = 0x0a;
const CR = 0x0d;

const withoutLineEnd = (content: Buffer): Buffer => {
  if (content.at(-1) !== LF) return content;
  return content.subarray(0, content.at(-2) === CR ? -2 : -1);
};
