import { AppError } from '@keyledger/errors';
import { SecretAccess, type SecretBytes } from '@keyledger/secrets';
import { z } from 'zod';
import type { KeyService } from '../../application/ports/key-service.port.ts';

export interface TransitOptions {
  readonly url: string;
  readonly mount: string;
  readonly key: string;
  readonly namespace?: string;
  /** Asked at each request, since agents renew tokens. */
  readonly readToken: () => Promise<SecretBytes | undefined>;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;

const encryptedSchema = z.object({ data: z.object({ ciphertext: z.string().startsWith('vault:v') }) });
const decryptedSchema = z.object({ data: z.object({ plaintext: z.base64() }) });
const errorsSchema = z.object({ errors: z.array(z.string()) });

const sealed = (what: string, cause?: unknown): AppError =>
  new AppError('sealed', `The transit engine gives no key: ${what}`, cause === undefined ? {} : { cause });

/**
 * Binds the root key to its master key: `context` for keys with derivation, `associated_data` for all others that can. The
 * engine leaves out of account what its key does not use.
 */
const bindingOf = (masterKeyId: string) => {
  const text = Buffer.from(`keyledger.master-key.v1 ${masterKeyId}`).toString('base64');
  return { context: text, associated_data: text };
};

/** What the engine says is about itself, never about what was sent; and it is short. */
const reasonOf = (status: number, body: unknown): string => {
  const { data } = errorsSchema.safeParse(body);
  const [first = ''] = data?.errors ?? [];
  return `${status}${first === '' ? '' : ` ${first.slice(0, 200)}`}`;
};

const causeOf = (error: unknown): string => {
  const { name, cause } = error as { readonly name?: string; readonly cause?: { readonly code?: string } };
  return cause?.code ?? name ?? 'unknown error';
};

/** The transit secrets engine of HashiCorp Vault and OpenBao, over its HTTP API. */
export const transitKeyService = (options: TransitOptions): KeyService => {
  const { url, mount, key, namespace, readToken, timeoutMs = TIMEOUT_MS } = options;

  const headers = async (): Promise<Record<string, string>> => {
    using token = await readToken();
    if (token === undefined) throw sealed('no token; set KEYLEDGER_TRANSIT_TOKEN or KEYLEDGER_TRANSIT_TOKEN_FILE');
    return {
      'content-type': 'application/json',
      'x-vault-request': 'true',
      'x-vault-token': token.revealText(SecretAccess.granted),
      ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
    };
  };

  /** A redirect, with which a standby node may answer, is not followed: the token stays with the address it is for. */
  const ask = async <Answer>(path: string, body: object, schema: z.ZodType<Answer>): Promise<Answer> => {
    const request = {
      method: 'POST',
      headers: await headers(),
      body: JSON.stringify(body),
      redirect: 'manual',
    } as const;
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${url}/v1/${path}`, { ...request, signal }).catch((error: unknown) => {
      throw sealed(causeOf(error), error);
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw sealed(reasonOf(response.status, answer));
    const { data } = schema.safeParse(answer);
    if (data === undefined) throw sealed('its answer is not that of a transit engine');
    return data;
  };

  const pathOf = (operation: 'encrypt' | 'decrypt', serviceKey: string): string => {
    const slash = serviceKey.lastIndexOf('/');
    return `${serviceKey.slice(0, slash)}/${operation}/${encodeURIComponent(serviceKey.slice(slash + 1))}`;
  };

  return {
    name: 'transit',

    encrypt: async (rootKey, masterKeyId) => {
      const serviceKey = `${mount}/${key}`;
      const plaintext = Buffer.from(rootKey).toString('base64');
      const body = { plaintext, ...bindingOf(masterKeyId) };
      const { data } = await ask(pathOf('encrypt', serviceKey), body, encryptedSchema);
      return { serviceKey, wrappedRootKey: data.ciphertext };
    },

    decrypt: async ({ serviceKey, wrappedRootKey }, masterKeyId) => {
      const body = { ciphertext: wrappedRootKey, ...bindingOf(masterKeyId) };
      const { data } = await ask(pathOf('decrypt', serviceKey), body, decryptedSchema);
      return Buffer.from(data.plaintext, 'base64');
    },
  };
};
