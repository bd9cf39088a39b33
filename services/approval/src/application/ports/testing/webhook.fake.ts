import type { Answer } from '../../../domain/policy-chain/policy-rule.ts';
import { readWebhookAnswer, unavailable } from '../../webhook-answer.ts';
import type { Webhook, WebhookQuestion } from '../webhook.port.ts';

/** A webhook without a network. Understands answers as the real one does. */
export class FakeWebhook implements Webhook {
  readonly questions: unknown[] = [];
  #body: string | undefined;

  answerWith(body: string): void {
    this.#body = body;
  }

  decide(decision: string): void {
    this.answerWith(JSON.stringify({ decision }));
  }

  fallSilent(): void {
    this.#body = undefined;
  }

  ask({ email, modelId, requestId }: WebhookQuestion): Promise<Answer> {
    this.questions.push({ email, model: modelId, request_id: requestId });
    return Promise.resolve(
      this.#body === undefined ? unavailable('it did not answer in time') : readWebhookAnswer(this.#body),
    );
  }
}
