import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const privateJwk = z.object({ d: z.string().min(40) });

/**
 * The secret from which the key of sessions is derived when none is configured: the private part of the gateway's
 * principal key, which all replicas share. It is used as input of a key derivation with a label of its own only.
 */
export const sessionSecretFrom = async (file: string): Promise<string> => {
  const parsed = privateJwk.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} is not a private JWK`);
  return parsed.data.d;
};
