import { createHmac, type KeyObject } from 'node:crypto';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '@keyledger/event-sourcing';
import type { Webhook, WebhookQuestion } from '../../application/ports/webhook.port.ts';
import { readWebhookAnswer, unavailable } from '../../application/webhook-answer.ts';
import type { Answer } from '../../domain/policy-chain/policy-rule.ts';
import { addressGuard, ForbiddenAddress, type Resolve } from './address-guard.ts';

export interface HttpWebhookOptions {
  readonly endpoint: string;
  /** From the first byte sent to the last one received. */
  readonly timeoutMs: number;
  /** Signs the questions; absent: they go out unsigned. */
  readonly secret?: KeyObject | undefined;
  /** Names, addresses or blocks that may be called although they are not public. */
  readonly allowPrivate: readonly string[];
  readonly clock: Clock;
  readonly resolve?: Resolve;
}

/** A decision is some bytes long; more is not read. */
const MAX_ANSWER_BYTES = 64 * 1024;

class Unusable extends Error {
  override readonly name = 'Unusable';
}

/**
 * `x-keyledger-signature: v1=<hex>` is HMAC-SHA256 over `<timestamp>.<body>`, `x-keyledger-timestamp` in seconds. The
 * receiver compares both and refuses an old timestamp, so that a recorded question cannot be asked again.
 */
const signature = (secret: KeyObject | undefined, body: string, now: Date): Record<string, string> => {
  if (secret === undefined) return {};
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const mac = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return { 'x-keyledger-timestamp': timestamp, 'x-keyledger-signature': `v1=${mac}` };
};

const readBody = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Unusable('its answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** A redirect is an answer like any other that is not 2xx: it is never followed. */
const readAnswer = async (response: IncomingMessage): Promise<Answer> => {
  const { statusCode = 0 } = response;
  if (statusCode < 200 || statusCode > 299) throw new Unusable(`it answered with status ${statusCode}`);
  return readWebhookAnswer(await readBody(response));
};

const exchange = (url: URL, options: RequestOptions, body: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, options, (response) => {
      readAnswer(response)
        .then(resolve, reject)
        .finally(() => request.destroy());
    });
    request.on('error', reject);
    request.end(body);
  });

const reasonFor = (error: unknown, isLate: boolean): string => {
  if (isLate) return 'it did not answer in time';
  if (error instanceof Unusable) return error.message;
  if (error instanceof ForbiddenAddress) return 'its address is not allowed';
  const { code } = error as NodeJS.ErrnoException;
  return `it could not be reached${code === undefined ? '' : ` (${code})`}`;
};

/** Asks over HTTP(S). Each question has a connection of its own, to an address that was checked for it. */
export const httpWebhook = (options: HttpWebhookOptions): Webhook => {
  const { timeoutMs, secret, allowPrivate, clock, resolve } = options;
  const url = new URL(options.endpoint);
  const guard = addressGuard(allowPrivate, resolve);
  const headersFor = (body: string) => ({
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    accept: 'application/json',
    'user-agent': 'keyledger',
    ...signature(secret, body, clock()),
  });
  return {
    ask: async ({ email, modelId, requestId }: WebhookQuestion) => {
      const body = JSON.stringify({ email, model: modelId, request_id: requestId });
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        guard.checkHost(url);
        const headers = headersFor(body);
        return await exchange(url, { method: 'POST', agent: false, lookup: guard.lookup, signal, headers }, body);
      } catch (error) {
        return unavailable(reasonFor(error, signal.aborted));
      }
    },
  };
};
