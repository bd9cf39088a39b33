import { addressGuard, AnswerTooLong, ForbiddenAddress, guardedRequest, type Resolve } from '@keyledger/http-guard';
import { SecretAccess, type SecretBytes } from '@keyledger/secrets';
import type { AddressedCall, CallOutcome, ProviderCaller } from '../../application/ports/provider-caller.port.ts';
import type { Silence } from '../../domain/providers/outcome-message.ts';
import { withoutKey } from './without-key.ts';

export interface HttpProviderCallerOptions {
  /** Names, addresses or blocks that may be called although they are not public, and without TLS. */
  readonly allowPrivate: readonly string[];
  readonly resolve?: Resolve;
}

/** A list of models is the longest answer that a test reads. */
const MAX_ANSWER_BYTES = 4 << 20;

const NAME_UNKNOWN = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME'];
const NOT_TRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS|^ERR_SSL|^EPROTO$/;

const silenceOf = (error: unknown, isLate: boolean): Silence => {
  if (isLate) return 'timed-out';
  if (error instanceof ForbiddenAddress) return 'address-forbidden';
  if (error instanceof AnswerTooLong) return 'too-long';
  const { code = '' } = error as { readonly code?: string };
  if (NAME_UNKNOWN.includes(code)) return 'name-unknown';
  return NOT_TRUSTED.test(code) ? 'not-trusted' : 'not-connected';
};

const json = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

/** Every control character would end the header or be refused by Node with the value in its message. */
const SENDABLE = /^[\x21-\x7e]+$/;

/** Calls providers over HTTP(S), each time over a connection of its own to an address that was checked for it. */
export const httpProviderCaller = ({ allowPrivate, resolve }: HttpProviderCallerOptions): ProviderCaller => {
  const guard = addressGuard(allowPrivate, resolve);

  const request = async (call: AddressedCall, key: string | undefined, signal: AbortSignal) => {
    const { method, url, headers, body, keyHeader } = call;
    const sent = body === undefined ? undefined : JSON.stringify(body);
    return guardedRequest(guard, {
      url: new URL(url),
      method,
      headers: {
        accept: 'application/json',
        'user-agent': 'keyledger',
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
        ...(key === undefined ? {} : { [keyHeader.name]: `${keyHeader.prefix}${key}` }),
      },
      // A POST without a body still says that it has none.
      body: sent ?? (method === 'POST' ? '' : undefined),
      signal,
      maxAnswerBytes: MAX_ANSWER_BYTES,
    });
  };

  const exchange = async (call: AddressedCall, key: string | undefined, signal: AbortSignal) => {
    const { status, headers, body } = await request(call, key, signal);
    const hidden = withoutKey(body, key);
    const told = Object.entries(headers).map(([name, value]) => [name, withoutKey(value, key)] as const);
    return { status, headers: Object.fromEntries(told), body: json(hidden) };
  };

  const outcomeOf = async (
    call: AddressedCall,
    key: SecretBytes | undefined,
    signal: AbortSignal,
  ): Promise<Omit<CallOutcome, 'latencyMs'>> => {
    const { protocol } = new URL(call.url);
    if (protocol !== 'https:' && !guard.isListed(new URL(call.url))) return { silence: 'not-encrypted' };
    const text = key?.revealText(SecretAccess.granted);
    // No provider makes such keys, and none could be told of one.
    if (text !== undefined && !SENDABLE.test(text)) return { answer: { status: 401, headers: {}, body: {} } };
    try {
      return { answer: await exchange(call, text, signal) };
    } catch (error) {
      return { silence: silenceOf(error, signal.aborted) };
    }
  };

  return {
    send: async (call, key, signal) => {
      const began = performance.now();
      const outcome = await outcomeOf(call, key, signal);
      return { ...outcome, latencyMs: Math.round(performance.now() - began) } as CallOutcome;
    },
  };
};
