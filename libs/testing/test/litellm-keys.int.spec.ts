import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startLiteLlm, type LiteLlm } from '../src/index.ts';
import { callLiteLlm, errorOf } from './litellm-client.ts';

const SECRET = 'sk-chosen-by-the-caller-0123456789';
const TOKEN = createHash('sha256').update(SECRET).digest('hex');

describe('keys of the LiteLLM stand-in', () => {
  let litellm: LiteLlm;
  const call = (what: string, body?: object, authorization?: string) => callLiteLlm(litellm, what, body, authorization);

  beforeEach(async () => {
    litellm = await startLiteLlm();
  });

  afterEach(() => litellm.stop());

  describe('generate', () => {
    it('answers a new secret with its hash, routes, limits and end', async () => {
      const { status, body } = await call('POST /key/generate', {
        key_alias: 'acme/one',
        models: ['gpt-4o-mini'],
        duration: '30d',
        max_budget: 25,
        budget_duration: '30d',
        key_type: 'llm_api',
        metadata: { managed_by: 'keyledger' },
      });
      expect(status).toBe(200);
      expect(body.key).toMatch(/^sk-[A-Za-z0-9_-]{22}$/);
      expect(body.token).toBe(createHash('sha256').update(String(body.key)).digest('hex'));
      expect(body).toMatchObject({
        token_id: body.token,
        key_alias: 'acme/one',
        models: ['gpt-4o-mini'],
        max_budget: 25,
        allowed_routes: ['llm_api_routes'],
        metadata: { managed_by: 'keyledger' },
        expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      });
    });

    it('takes a secret chosen by the caller and keeps only its hash', async () => {
      const { body } = await call('POST /key/generate', { key: SECRET, key_alias: 'chosen' });
      expect(body).toMatchObject({ key: SECRET, token: TOKEN, key_name: 'sk-...6789' });
      expect(JSON.stringify(litellm.ledger())).not.toContain(SECRET);
      await call(`GET /key/info?key=${SECRET}`);
      expect(litellm.calls().map(({ path }) => path)).toEqual(['/key/generate', '/key/info']);
      expect(JSON.stringify(litellm.calls())).not.toContain(SECRET);
    });

    it('leaves the first row untouched when the same secret comes again', async () => {
      await call('POST /key/generate', { key: SECRET, max_budget: 1 });
      await expect(call('POST /key/generate', { key: SECRET, max_budget: 2 })).resolves.toMatchObject({ status: 200 });
      expect(litellm.ledger()).toMatchObject([{ token: TOKEN, max_budget: 1 }]);
    });

    it('refuses an alias that is taken, even by the same secret', async () => {
      await call('POST /key/generate', { key: SECRET, key_alias: 'a' });
      const again = await call('POST /key/generate', { key: SECRET, key_alias: 'a' });
      expect(again).toEqual({
        status: 400,
        body: {
          error: {
            message: "Key with alias 'a' already exists. Unique key aliases across all keys are required.",
            type: 'bad_request_error',
            param: 'key_alias',
            code: '400',
          },
        },
      });
    });

    it('can make two keys of one alias when asked twice at once', async () => {
      const both = [1, 2].map(() => call('POST /key/generate', { key_alias: 'raced' }));
      const statuses = (await Promise.all(both)).map(({ status }) => status);
      expect(litellm.ledger()).toHaveLength(statuses.filter((status) => status === 200).length);
    });

    it.each([
      [{ key: 'not-a-key' }, 400, 'Invalid key format'],
      [{ max_budget: -1 }, 400, 'max_budget cannot be negative. Received: -1'],
      [{ tags: ['team-a'] }, 403, 'Enterprise'],
      [{ model_max_budget: { 'gpt-4o': 1 } }, 500, 'Enterprise'],
      [{ duration: '5' }, 500, 'Unsupported duration unit'],
    ])('refuses %j with %i', async (body, status, message) => {
      const reply = await call('POST /key/generate', body);
      expect(reply.status).toBe(status);
      expect(errorOf(reply)).toMatchObject({ code: String(status), message: expect.stringContaining(message) });
      expect(litellm.ledger()).toEqual([]);
    });

    it('puts a budget of its own in the place of a named one when a soft budget is given', async () => {
      const { body } = await call('POST /key/generate', { soft_budget: 5, budget_id: 'mine' });
      expect(body.budget_id).not.toBe('mine');
    });
  });

  describe('update', () => {
    it('changes what is named, clears what is null, keeps the rest', async () => {
      await call('POST /key/generate', { key: SECRET, key_alias: 'x', duration: '1d', metadata: { a: 1, b: 2 } });
      await call('POST /key/update', { key: TOKEN, duration: null, metadata: { a: 3 } });
      expect(litellm.ledger()).toMatchObject([{ key_alias: 'x', expires: null, metadata: { a: 3 } }]);
    });

    it('speaks of a team when the key is unknown', async () => {
      const reply = await call('POST /key/update', { key: TOKEN });
      expect(reply.status).toBe(404);
      expect(errorOf(reply)).toMatchObject({
        type: 'auth_error',
        message: "{'error': 'Team not found, passed team_id=None'}",
      });
    });

    it('refuses the alias of another key, not its own', async () => {
      await call('POST /key/generate', { key: SECRET, key_alias: 'x' });
      await call('POST /key/generate', { key_alias: 'y' });
      expect((await call('POST /key/update', { key: TOKEN, key_alias: 'y' })).status).toBe(400);
      expect((await call('POST /key/update', { key: TOKEN, key_alias: 'x' })).status).toBe(200);
    });

    it('demands a key in the form of its framework', async () => {
      expect(await call('POST /key/update', {})).toEqual({
        status: 422,
        body: { detail: [{ loc: ['body', 'key'], msg: 'Field required', type: 'missing' }] },
      });
    });
  });

  describe('delete', () => {
    it('echoes what was named, whether it existed or not', async () => {
      await call('POST /key/generate', { key: SECRET, key_alias: 'x' });
      const reply = await call('POST /key/delete', { keys: [TOKEN, 'f'.repeat(64)] });
      expect(reply).toEqual({ status: 200, body: { deleted_keys: [TOKEN, 'f'.repeat(64)] } });
      expect(litellm.ledger()).toEqual([]);
      expect(litellm.deletedKeys()).toMatchObject([{ token: TOKEN }]);
    });

    it('finds keys by alias', async () => {
      await call('POST /key/generate', { key_alias: 'x' });
      await call('POST /key/delete', { key_aliases: ['x'] });
      expect(litellm.ledger()).toEqual([]);
    });

    it('answers 404 with a printed dictionary when nothing was found', async () => {
      const reply = await call('POST /key/delete', { keys: [TOKEN] });
      expect(reply.status).toBe(404);
      expect(errorOf(reply)).toEqual({
        message: "{'error': 'No keys found'}",
        type: 'internal_server_error',
        param: 'None',
        code: '404',
      });
    });

    it('answers 500 when nothing was named', async () => {
      expect((await call('POST /key/delete', {})).status).toBe(500);
    });
  });

  it('regenerates nothing without a licence', async () => {
    const reply = await call(`POST /key/${TOKEN}/regenerate`, {});
    expect(reply.status).toBe(500);
    expect(errorOf(reply).message).toContain('Enterprise feature');
  });

  it('blocks and unblocks, and takes an unknown target for an unknown caller', async () => {
    await call('POST /key/generate', { key: SECRET });
    expect((await call('POST /key/block', { key: TOKEN })).body).toMatchObject({ blocked: true });
    expect((await call('POST /key/unblock', { key: SECRET })).body).toMatchObject({ blocked: false });
    const unknown = await call('POST /key/block', { key: 'f'.repeat(64) });
    expect([unknown.status, errorOf(unknown).type]).toEqual([401, 'token_not_found_in_db']);
  });

  it('describes a key without its hash in the row', async () => {
    await call('POST /key/generate', { key: SECRET, key_alias: 'x' });
    const { body } = await call(`GET /key/info?key=${TOKEN}`);
    expect(body).toMatchObject({ key: TOKEN, info: { key_alias: 'x', key_name: 'sk-...6789', spend: 0 } });
    expect(body.info).not.toHaveProperty('token');
    const unknown = await call(`GET /key/info?key=${'f'.repeat(64)}`);
    expect([unknown.status, errorOf(unknown).type]).toEqual([404, 'not_found_error']);
  });
});
