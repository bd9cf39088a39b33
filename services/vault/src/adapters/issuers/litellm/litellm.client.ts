import { AppError } from '@keyledger/errors';
import { issuerUnavailable } from '../../../application/ports/issuer.port.ts';
import { readBounded } from './bounded-body.ts';
import { isDatabaseMissing, type LiteLlmError, parseError } from './litellm.errors.ts';

export interface LiteLlmClientOptions {
  readonly baseUrl: string;
  /** Asked for each call, so that the administrative key lies in no object of this client. */
  readonly authorization: () => string;
  /** Limit of one call, answer included. */
  readonly timeoutMs: number;
  /** Name under which LiteLLM records who changed a key. */
  readonly changedBy: string;
}

export interface LiteLlmRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer that LiteLLM itself gave: the JSON of a success, or its no. */
export type LiteLlmAnswer = Readonly<{ ok: true; body: unknown }> | Readonly<{ ok: false; error: LiteLlmError }>;

/** A model list is the longest answer that is read. */
const LONGEST_BODY = 4 << 20;

/**
 * One call to LiteLLM's management API. Throws a transient fault for everything after which the outcome is unknown or
 * which another attempt may mend: no connection, time-out, 408, 429, 5xx, a redirect (which is never followed, since the
 * administrative key would go with it), an answer that is not LiteLLM's.
 */
export const litellmClient = (options: LiteLlmClientOptions): ((request: LiteLlmRequest) => Promise<LiteLlmAnswer>) => {
  const { baseUrl, authorization, timeoutMs, changedBy } = options;

  const send = async ({
    method,
    path,
    query = {},
    body,
  }: LiteLlmRequest): Promise<{ response: Response; text: string }> => {
    const url = new URL(`${baseUrl.replace(/\/+$/, '')}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        authorization: authorization(),
        'litellm-changed-by': changedBy,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { response, text: await readBounded(response, LONGEST_BODY) };
  };

  return async (request) => {
    const { response, text } = await send(request).catch((cause: unknown) => {
      throw issuerUnavailable(`LiteLLM cannot be reached: ${reasonOf(cause)}`);
    });
    const { status } = response;
    if (status === 429) throw rateLimited(response.headers.get('retry-after'));
    if (status === 408 || status >= 500 || (status >= 300 && status < 400))
      throw issuerUnavailable(`LiteLLM answered with status ${status}`);
    const body = parseJson(text);
    if (response.ok && body !== undefined) return { ok: true, body };
    const error = parseError(status, body);
    if (response.ok || error === undefined)
      throw issuerUnavailable(`What answers at LiteLLM's address is not LiteLLM (status ${status})`);
    if (isDatabaseMissing(error)) throw issuerUnavailable('LiteLLM has no connection to its database');
    return { ok: false, error };
  };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Codes of the network layer only: its messages may quote what was sent. */
const reasonOf = (error: unknown): string => {
  if (error instanceof AppError) return error.message;
  const { name, cause } = error as { name?: string; cause?: { code?: unknown } };
  if (name === 'TimeoutError') return 'no answer in time';
  return typeof cause?.code === 'string' ? cause.code : 'connection failed';
};

const rateLimited = (retryAfter: string | null): AppError => {
  const seconds = Number(retryAfter ?? NaN);
  const retryAfterMs = Number.isFinite(seconds) ? { retryAfterMs: Math.max(0, seconds * 1_000) } : {};
  return new AppError('rate-limited', 'LiteLLM asks to slow down', retryAfterMs);
};
