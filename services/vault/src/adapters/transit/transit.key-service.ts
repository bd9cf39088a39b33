import { AppError } from '@keyledger/errors';
import { readBoundedJson } from '@keyledger/http-guard';
import { redactedExcerpt, SecretAccess, type SecretBytes } from '@keyledger/secrets';
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
/** A wrapped key or an error; the rest of a longer answer is not read. */
const LONGEST_ANSWER = 64 << 10;

const encryptedSchema = z.object({ data: z.object({ ciphertext: z.string().startsWith('vault:v') }) });
const decryptedSchema = z.object({ data: z.object({ plaintext: z.base64() }) });
const errorsSchema = z.object({ errors: z.array(z.string()) });

/** Without a cause: errors of the network layer quote headers, and the token is one. */
const sealed = (what: string): AppError => new AppError('sealed', `The transit engine gives no key: ${what}`);

const TOKEN_VARIABLES = 'KEYLEDGER_TRANSIT_TOKEN or KEYLEDGER_TRANSIT_TOKEN_FILE';

/** What stands in a header without change. */
const headerText = (token: SecretBytes): string => {
  const text = token.revealText(SecretAccess.granted);
  if (!/^[\x21-\x7e]+$/.test(text))
    throw sealed(`the token holds white space or characters that no token has; correct ${TOKEN_VARIABLES}`);
  return text;
};

/**
 * Binds the root key to its master key: `context` for keys with derivation, `associated_data` for all others that can. The
 * engine leaves out of account what its key does not use.
 */
const bindingOf = (masterKeyId: string) => {
  const text = Buffer.from(`keyledger.master-key.v1 ${masterKeyId}`).toString('base64');
  return { context: text, associated_data: text };
};

/** What the engine says is about itself, never about what was sent. */
const reasonOf = (status: number, body: unknown): string => {
  const { data } = errorsSchema.safeParse(body);
  const [first = ''] = data?.errors ?? [];
  return `${status} ${redactedExcerpt(first)}`.trimEnd();
};

const causeOf = (error: unknown): string => {
  if (error instanceof AppError) return error.message;
  const { name, cause } = error as { readonly name?: string; readonly cause?: { readonly code?: string } };
  return name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? 'it cannot be reached');
};

const send = async (address: string, request: RequestInit, timeoutMs: number) => {
  const response = await fetch(address, { ...request, signal: AbortSignal.timeout(timeoutMs) });
  return { response, answer: await readBoundedJson(response, LONGEST_ANSWER) };
};

/** The transit secrets engine of HashiCorp Vault and OpenBao, over its HTTP API. */
export const transitKeyService = (options: TransitOptions): KeyService => {
  const { url, mount, key, namespace, readToken, timeoutMs = TIMEOUT_MS } = options;

  const headers = async (): Promise<Record<string, string>> => {
    using token = await readToken();
    if (token === undefined) throw sealed(`no token; set ${TOKEN_VARIABLES}`);
    return {
      'content-type': 'application/json',
      'x-vault-request': 'true',
      'x-vault-token': headerText(token),
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
    const { response, answer } = await send(`${url}/v1/${path}`, request, timeoutMs).catch((error: unknown) => {
      throw sealed(causeOf(error));
    });
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
