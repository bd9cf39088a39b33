import { createHmac, type KeyObject } from 'node:crypto';
import type { Clock } from '@keyledger/event-sourcing';
import {
  addressGuard,
  AnswerTooLong,
  ForbiddenAddress,
  guardedRequest,
  type HttpAnswer,
  type Resolve,
} from '@keyledger/http-guard';
import type { Webhook, WebhookQuestion } from '../../application/ports/webhook.port.ts';
import { readWebhookAnswer, unavailable } from '../../application/webhook-answer.ts';
import type { Answer } from '../../domain/policy-chain/policy-rule.ts';

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

/** A redirect is an answer like any other that is not 2xx. */
const decisionIn = ({ status, body }: HttpAnswer): Answer => {
  if (status < 200 || status > 299) throw new Unusable(`it answered with status ${status}`);
  return readWebhookAnswer(body);
};

const reasonFor = (error: unknown, isLate: boolean): string => {
  if (isLate) return 'it did not answer in time';
  if (error instanceof Unusable) return error.message;
  if (error instanceof AnswerTooLong) return 'its answer is too long';
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
    accept: 'application/json',
    'user-agent': 'keyledger',
    ...signature(secret, body, clock()),
  });
  return {
    ask: async ({ email, modelId, requestId }: WebhookQuestion) => {
      const body = JSON.stringify({ email, model: modelId, request_id: requestId });
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const headers = headersFor(body);
        const request = { url, method: 'POST', headers, body, signal, maxAnswerBytes: MAX_ANSWER_BYTES } as const;
        return decisionIn(await guardedRequest(guard, request));
      } catch (error) {
        return unavailable(reasonFor(error, signal.aborted));
      }
    },
  };
};
