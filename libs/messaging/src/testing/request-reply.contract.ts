import { AppError, isAppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { version } from 'uuid';
import { z } from 'zod';
import type { MessageContext } from '../message-context.ts';
import { defineCommand, defineQuery, type Operation } from '../operation.ts';
import type { Principal } from '../principal.ts';
import type { RequestOptions, RequestReply } from '../request-reply.port.ts';
import type { RequestHandler } from './in-memory-request-reply.ts';

export interface RequestReplySubject {
  readonly requestReply: RequestReply;
  /** Lets `handler` answer; resolves when requests reach it. At most once per operation. */
  handle<O extends Operation>(operation: O, handler: RequestHandler<O>): Promise<void>;
  close(): Promise<void>;
}

const Greet = defineQuery(
  'vault',
  'Greet',
  z.strictObject({ name: z.string().max(10), times: z.int().default(1) }),
  z.object({ greeting: z.string() }),
);
const Find = defineQuery('vault', 'Find', z.strictObject({ id: z.string() }), z.object({ id: z.string() }).nullable());
const Open = defineCommand('vault', 'Open', z.strictObject({ id: z.string() }), z.object({ at: z.string() }), [
  'closed',
]);

const principal: Principal = { kind: 'user', id: 'ada', roles: ['member', 'admin'], proof: 'basic' };

const optionsWith = (options: Partial<RequestOptions> = {}): RequestOptions => ({
  principal,
  correlationId: newId(),
  causationId: newId(),
  ...options,
});

const faultOf = async (request: Promise<unknown>): Promise<AppError> => {
  const error: unknown = await request.then(
    (reply) => new Error(`answered ${JSON.stringify(reply)}`),
    (reason: unknown) => reason,
  );
  if (!isAppError(error)) throw error;
  return error;
};

/** What every `RequestReply` promises. */
export const requestReplyContract = (name: string, open: () => Promise<RequestReplySubject>): void => {
  describe(`request/reply contract: ${name}`, () => {
    let subject: RequestReplySubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    const request: RequestReply['request'] = (operation, input, options) =>
      subject.requestReply.request(operation, input, options);

    it('hands over the checked input and returns the reply', async () => {
      const inputs: unknown[] = [];
      await subject.handle(Greet, async (input) => {
        inputs.push(input);
        return { greeting: `Hello ${input.name}` };
      });
      const input = { name: 'Zoë "☃"' } as { name: string; times: number };
      expect(await request(Greet, input, optionsWith())).toEqual({ greeting: 'Hello Zoë "☃"' });
      expect(inputs).toEqual([{ name: 'Zoë "☃"', times: 1 }]);
    });

    it('hands over principal, ids and deadline', async () => {
      const callers: MessageContext[] = [];
      await subject.handle(Find, async (_input, caller) => {
        callers.push(caller);
        return null;
      });
      const options = optionsWith({ messageId: newId(), timeoutMs: 60_000 });
      expect(await request(Find, { id: 'a' }, options)).toBeNull();
      await request(Find, { id: 'a' }, optionsWith());
      const { messageId, correlationId, causationId } = options;
      expect(callers[0]).toMatchObject({ principal, messageId, correlationId, causationId });
      expect(callers[0]?.deadlineAt).toBeGreaterThan(Date.now() + 30_000);
      expect(callers[0]?.deadlineAt).toBeLessThanOrEqual(Date.now() + 60_000);
      expect(version(callers[1]?.messageId ?? '')).toBe(7);
    });

    it('returns a refusal as a reply', async () => {
      const refusal = { outcome: 'refused', code: 'closed', message: 'It is closed' } as const;
      await subject.handle(Open, () => Promise.resolve(refusal));
      expect(await request(Open, { id: 'a' }, optionsWith())).toEqual(refusal);
    });

    it('refuses malformed input before anybody is asked, naming fields and no values', async () => {
      let handled = 0;
      await subject.handle(Greet, async () => {
        handled += 1;
        return { greeting: '' };
      });
      const input = { name: 'sk-a-secret-value', times: 1.5, 'sk-another-secret': 1 };
      const fault = await faultOf(request(Greet, input, optionsWith()));
      expect(fault.code).toBe('malformed');
      expect(Object.keys(fault.detail).sort()).toEqual(['(input)', 'name', 'times']);
      expect(JSON.stringify([fault.message, fault.detail])).not.toMatch(/secret|1\.5/);
      expect(handled).toBe(0);
    });

    it.each([
      ['NUL', 'a\0b'],
      ['half of a character', 'a\ud83d'],
    ])('refuses text with %s, which no store can hold, however deep it lies', async (_what, text) => {
      const Deep = defineQuery(
        'vault',
        'Deep',
        z.strictObject({ list: z.array(z.object({ text: z.string() })) }),
        z.null(),
      );
      await subject.handle(Deep, () => Promise.resolve(null));
      const fault = await faultOf(request(Deep, { list: [{ text: 'fine' }, { text }] }, optionsWith()));
      expect([fault.code, Object.keys(fault.detail)]).toEqual(['malformed', ['list.1.text']]);
      expect(await request(Deep, { list: [{ text: 'fine 😀' }] }, optionsWith())).toBeNull();
    });

    it('brings a typed fault with its detail, without its cause', async () => {
      const thrown = new AppError('rate-limited', 'Too many; wait', {
        detail: { limit: 5 },
        retryAfterMs: 1500,
        cause: new Error('sk-secret'),
      });
      await subject.handle(Find, () => Promise.reject(thrown));
      const fault = await faultOf(request(Find, { id: 'a' }, optionsWith()));
      expect(fault).toMatchObject({
        code: 'rate-limited',
        message: 'Too many; wait',
        detail: { limit: 5 },
        retryAfterMs: 1500,
      });
      expect(fault.cause).toBeUndefined();
    });

    it('masks a defect as internal', async () => {
      await subject.handle(Find, () => Promise.reject(new TypeError('sk-secret is not a function')));
      const fault = await faultOf(request(Find, { id: 'a' }, optionsWith()));
      expect(fault.code).toBe('internal');
      expect(JSON.stringify([fault.message, fault.detail, String(fault.cause)])).not.toContain('secret');
    });

    it('masks what a handler throws at once, not only what it rejects with', async () => {
      await subject.handle(Find, () => {
        throw new Error('sk-secret');
      });
      expect((await faultOf(request(Find, { id: 'a' }, optionsWith()))).code).toBe('internal');
    });

    it('refuses a reply that breaks the contract', async () => {
      await subject.handle(Greet, () => Promise.resolve({ greeting: 7 } as never));
      expect((await faultOf(request(Greet, { name: 'a', times: 1 }, optionsWith()))).code).toBe('internal');
    });

    it('drops what a newer service adds to a reply', async () => {
      await subject.handle(Greet, () => Promise.resolve({ greeting: 'hi', mood: 'new' }));
      expect(await request(Greet, { name: 'a', times: 1 }, optionsWith())).toEqual({ greeting: 'hi' });
    });

    it('is unavailable when nobody answers', async () => {
      const fault = await faultOf(request(Find, { id: 'a' }, optionsWith({ timeoutMs: 60_000 })));
      expect(fault.code).toBe('unavailable');
    });

    it('gives up when the time is over', async () => {
      const { promise, resolve } = Promise.withResolvers<null>();
      await subject.handle(Find, () => promise);
      const fault = await faultOf(request(Find, { id: 'a' }, optionsWith({ timeoutMs: 20 })));
      expect(fault.code).toBe('deadline-exceeded');
      resolve(null);
    });

    it('keeps many requests apart', async () => {
      await subject.handle(Find, async ({ id }) => {
        await new Promise((resolve) => setImmediate(resolve));
        return id.startsWith('odd') ? null : { id };
      });
      const ids = Array.from({ length: 200 }, (_, index) => `${index % 2 ? 'odd' : 'even'}-${index}`);
      const replies = await Promise.all(ids.map((id) => request(Find, { id }, optionsWith())));
      expect(replies).toEqual(ids.map((id) => (id.startsWith('odd') ? null : { id })));
    });
  });
};
