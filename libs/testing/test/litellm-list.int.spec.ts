import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startLiteLlm, type LiteLlm, type LiteLlmOptions } from '../src/index.ts';
import { callLiteLlm, errorOf } from './litellm-client.ts';

describe('the key list for the administrator of a team', () => {
  it('holds keys of other aliases when it is told to include those of the team', async () => {
    const litellm = await startLiteLlm();
    const generate = (body: object) => callLiteLlm(litellm, 'POST /key/generate', body);
    const { body } = await generate({ key_alias: 'boss', team_id: 't', key_type: 'management' });
    for (const [key_alias, team_id] of [
      ['mine', 't'],
      ['other', 't'],
      ['foreign', 'u'],
    ])
      await generate({ key_alias, team_id });
    const list = async (query: string) => {
      const call = `GET /key/list?return_full_object=true&key_alias=mine${query}`;
      const reply = await callLiteLlm(litellm, call, undefined, `Bearer ${String(body.key)}`);
      return (reply.body.keys as { key_alias: string }[]).map(({ key_alias }) => key_alias);
    };
    expect(await list('')).toEqual(['mine']);
    expect(await list('&include_team_keys=true')).toEqual(['other', 'mine', 'boss']);
    expect(litellm.calls().at(-1)?.query).toMatchObject({ include_team_keys: 'true' });
    await litellm.stop();
  });
});

describe('the key list of the LiteLLM stand-in', () => {
  let litellm: LiteLlm;
  const start = async (options?: LiteLlmOptions) => {
    litellm = await startLiteLlm(options);
    for (const alias of ['lease-1', 'lease-10', 'LEASE-1']) await call('POST /key/generate', { key_alias: alias });
  };
  const call = (what: string, body?: object) => callLiteLlm(litellm, what, body);
  const aliases = async (query: string) => {
    const { body } = await call(`GET /key/list?return_full_object=true&sort_by=key_alias&sort_order=asc&${query}`);
    return (body.keys as { key_alias: string }[]).map(({ key_alias }) => key_alias);
  };

  afterEach(() => litellm.stop());

  it('filters aliases by a part in any case, as newer versions do', async () => {
    await start();
    await expect(aliases('key_alias=lease-1')).resolves.toEqual(['LEASE-1', 'lease-1', 'lease-10']);
  });

  it('filters aliases exactly, as older versions do', async () => {
    await start({ aliasFilter: 'exact' });
    await expect(aliases('key_alias=lease-1')).resolves.toEqual(['lease-1']);
  });

  describe('with three keys', () => {
    beforeEach(() => start());

    it('gives hashes unless full objects are asked for', async () => {
      const { body } = await call('GET /key/list?size=2&page=2');
      expect(body).toEqual({
        keys: [litellm.ledger()[0]?.token],
        total_count: 3,
        current_page: 2,
        total_pages: 2,
      });
    });

    it('shows deleted keys apart', async () => {
      await call('POST /key/delete', { key_aliases: ['lease-10'] });
      await expect(aliases('')).resolves.toEqual(['LEASE-1', 'lease-1']);
      await expect(aliases('status=deleted')).resolves.toEqual(['lease-10']);
    });

    it.each([
      ['size=101', 422],
      ['page=0', 422],
      ['page=x', 422],
      ['sort_by=colour', 400],
      ['status=expired', 400],
    ])('refuses %s with %i', async (query, status) => {
      expect((await call(`GET /key/list?${query}`)).status).toBe(status);
    });

    it('is for the administrator', async () => {
      const { body } = await call('POST /key/generate', {});
      const reply = await callLiteLlm(litellm, 'GET /key/list', undefined, `Bearer ${String(body.key)}`);
      expect(reply.status).toBe(401);
      expect(errorOf(reply).message).toContain('Only proxy admin can be used');
    });
  });
});
