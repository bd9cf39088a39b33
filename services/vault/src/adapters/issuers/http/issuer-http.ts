import { AppError } from '@keyledger/errors';
import { readBoundedJson } from '@keyledger/http-guard';
import { SecretAccess, type SecretBytes } from '@keyledger/secrets';
import { issuerUnavailable } from '../../../application/ports/issuer.port.ts';
import { readRetryAfter } from '../../../domain/providers/retry-after.ts';

export interface Connection {
  /** Name of the issuer in messages for people. */
  readonly issuer: string;
  /** The only address that is called. */
  readonly baseUrl: string;
  /** The administrative credential. Empty: the issuer will refuse. */
  readonly credential: SecretBytes;
  /** Limit of one call, answer included. */
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface IssuerHttpOptions<Refusal> extends Connection {
  /** `undefined` for an answer that this issuer does not give, such as the page of something else at its address. */
  readonly refusalIn: (status: number, body: unknown) => Refusal | undefined;
  /** A 429 that slowing down does not mend. Default: there is none. */
  readonly isFinal?: (refusal: Refusal) => boolean;
}

export interface IssuerRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer that the issuer itself gave: the JSON of a success, or its no. */
export type IssuerAnswer<Refusal> = Readonly<{ ok: true; body: unknown }> | Readonly<{ ok: false; refusal: Refusal }>;

export type CallIssuer<Refusal> = (request: IssuerRequest) => Promise<IssuerAnswer<Refusal>>;

/** A list of models, or a page of keys, is the longest answer that is read. */
const LONGEST_BODY = 4 << 20;

/**
 * One call to the management API of an issuer. Throws a transient fault for everything after which the outcome is unknown
 * or which another attempt may mend: no connection, time-out, 408, 429, 5xx, a redirect (which is never followed, since
 * the credential would go with it), an answer that is not the issuer's.
 */
export const issuerHttp = <Refusal>(options: IssuerHttpOptions<Refusal>): CallIssuer<Refusal> => {
  const { issuer, refusalIn, isFinal = () => false } = options;
  return async (request) => {
    const { response, answer } = await send(options, request).catch((cause: unknown) => {
      throw issuerUnavailable(`${issuer} cannot be reached: ${reasonOf(cause)}`);
    });
    const { status } = response;
    if (response.ok && answer !== undefined) return { ok: true, body: answer };
    const refusal = response.ok ? undefined : refusalIn(status, answer);
    if (status === 429 && !(refusal !== undefined && isFinal(refusal)))
      throw rateLimited(issuer, response.headers.get('retry-after'));
    if (status === 408 || status >= 500 || (status >= 300 && status < 400))
      throw issuerUnavailable(`${issuer} answered with status ${status}`);
    if (refusal === undefined)
      throw issuerUnavailable(`What answers at ${issuer}'s address is not ${issuer} (status ${status})`);
    return { ok: false, refusal };
  };
};

const send = async (
  { baseUrl, credential, timeoutMs, headers = {} }: Connection,
  { method, path, query = {}, body }: IssuerRequest,
): Promise<{ response: Response; answer: unknown }> => {
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const response = await fetch(url, {
    method,
    headers: {
      ...headers,
      accept: 'application/json',
      authorization: `Bearer ${credential.revealText(SecretAccess.granted)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { response, answer: await readBoundedJson(response, LONGEST_BODY) };
};

/** Codes of the network layer only: its messages may quote what was sent. */
const reasonOf = (error: unknown): string => {
  if (error instanceof AppError) return error.message;
  const { name, cause } = error as { name?: string; cause?: { code?: unknown } };
  if (name === 'TimeoutError') return 'no answer in time';
  return typeof cause?.code === 'string' ? cause.code : 'connection failed';
};

const rateLimited = (issuer: string, retryAfter: string | null): AppError => {
  const seconds = readRetryAfter(retryAfter ?? '', new Date());
  const retryAfterMs = seconds === undefined ? {} : { retryAfterMs: seconds * 1_000 };
  return new AppError('rate-limited', `${issuer} asks to slow down`, retryAfterMs);
};
