import type { Answer } from '../../domain/policy-chain/policy-rule.ts';

/** What a webhook is told, as LLM Key Requestor tells it. */
export interface WebhookQuestion {
  readonly email: string;
  readonly modelId: string;
  readonly requestId: string;
}

/** Somebody else's rule, asked over the network. Every implementation passes `webhookContract`. */
export interface Webhook {
  /**
   * Asks once and answers within the time limit of the rule. Never rejects: whatever goes wrong (no connection, time
   * over, a status other than 2xx, a redirect, an answer that is no JSON object, is too long or names no known decision)
   * is the verdict `unavailable` with a reason that holds nothing of the answer. Asking again is safe for us; the
   * webhook sees the same `requestId`.
   */
  ask(question: WebhookQuestion): Promise<Answer>;
}

/** The webhooks of the chain by the place of their rule. */
export type Webhooks = ReadonlyMap<number, Webhook>;
