import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Verdict } from '../../../domain/policy-chain/policy-rule.ts';
import type { Webhook, WebhookQuestion } from '../webhook.port.ts';

/** The other end of a webhook under test. */
export interface WebhookFarEnd {
  readonly webhook: Webhook;
  /** From now on every question is answered with this body. */
  answerWith(body: string): void;
  /** From now on nothing is answered. */
  fallSilent(): void;
  /** The questions that arrived, as JSON. */
  readonly questions: readonly unknown[];
  close(): Promise<void>;
}

const question: WebhookQuestion = {
  email: 'Ada@example.com',
  modelId: 'claude-3',
  requestId: '01890a5d-ac96-774b-bcce-b302099a8057',
};

export const webhookContract = (name: string, open: () => Promise<WebhookFarEnd>): void => {
  describe(`${name} as a webhook`, () => {
    let far: WebhookFarEnd;
    beforeEach(async () => {
      far = await open();
    });
    afterEach(() => far.close());

    it('tells address, model and request as LLM Key Requestor does', async () => {
      far.answerWith('{"decision":"APPROVE"}');
      await far.webhook.ask(question);
      expect(far.questions).toEqual([
        { email: 'Ada@example.com', model: 'claude-3', request_id: '01890a5d-ac96-774b-bcce-b302099a8057' },
      ]);
    });

    it.each<[string, Verdict]>([
      ['{"decision":"APPROVE"}', 'approve'],
      ['{"decision":"DENY"}', 'deny'],
      ['{"decision":"CONTINUE"}', 'continue'],
      ['{"decision":"REVIEW"}', 'review'],
      ['{"decision":"approve"}', 'approve'],
      ['{"decision":" Deny\\n", "extra": [1]}', 'deny'],
      ['{"decision":"APPROVE","reason":42}', 'approve'],
    ])('understands %s', async (body, verdict) => {
      far.answerWith(body);
      expect(await far.webhook.ask(question)).toMatchObject({ verdict, reason: expect.stringMatching(/\w/) });
    });

    it('hands on a reason, as one bounded line', async () => {
      far.answerWith(JSON.stringify({ decision: 'DENY', reason: ` No\r\nbudget\u0000\u202e${'!'.repeat(1_000)}` }));
      const { reason } = await far.webhook.ask(question);
      expect(reason).toMatch(/^No budget !+$/);
      expect(reason.length).toBeLessThanOrEqual(300);
    });

    it('never cuts a character of a reason in two', async () => {
      far.answerWith(JSON.stringify({ decision: 'DENY', reason: `a${'\u{1f680}'.repeat(1_000)}` }));
      const { reason } = await far.webhook.ask(question);
      expect(reason.isWellFormed()).toBe(true);
      far.answerWith('{"decision":"DENY","reason":"half \\ud83d"}');
      expect((await far.webhook.ask(question)).reason).toBe('half');
    });

    it.each<[string, string]>([
      ['nothing', ''],
      ['text', 'APPROVE'],
      ['a page', '<html><body>APPROVE</body></html>'],
      ['half of an object', '{"decision":"APPROVE"'],
      ['a JSON string', '"APPROVE"'],
      ['an array', '[{"decision":"APPROVE"}]'],
      ['null', 'null'],
      ['no decision', '{}'],
      ['a null decision', '{"decision":null}'],
      ['a list of decisions', '{"decision":["APPROVE"]}'],
      ['a number', '{"decision":1}'],
      ['a decision in another place', '{"result":{"decision":"APPROVE"}}'],
      ['an unknown decision', '{"decision":"PENDING"}'],
      ['a word that begins like a decision', '{"decision":"APPROVED"}'],
      ['the name of an inherited property', '{"decision":"constructor"}'],
    ])('is unavailable when the answer is %s', async (_what, body) => {
      far.answerWith(body);
      const answer = await far.webhook.ask(question);
      expect(answer).toMatchObject({ verdict: 'unavailable', reason: expect.stringMatching(/\w/) });
    });

    it('repeats nothing of an answer that it does not understand', async () => {
      far.answerWith('{"decision":"sk-canary"}');
      expect((await far.webhook.ask(question)).reason).not.toContain('canary');
      far.answerWith('sk-canary');
      expect((await far.webhook.ask(question)).reason).not.toContain('canary');
    });

    it('is unavailable when nothing is answered, and works again afterwards', async () => {
      far.fallSilent();
      expect(await far.webhook.ask(question)).toMatchObject({ verdict: 'unavailable' });
      far.answerWith('{"decision":"APPROVE"}');
      expect(await far.webhook.ask(question)).toMatchObject({ verdict: 'approve' });
    });
  });
};
