import { mkdtempSync, rmSync, appendFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startLiteLlm, type FaultKind, type LiteLlm } from '../src/index.ts';
import { callLiteLlm, errorOf } from './litellm-client.ts';

describe('faults of the LiteLLM stand-in', () => {
  let litellm: LiteLlm;
  const generate = (body: object = {}) => callLiteLlm(litellm, 'POST /key/generate', body);
  /** Hangs up as soon as the condition holds. */
  const generateUntil = async (holds: () => boolean): Promise<Response> => {
    const hangUp = new AbortController();
    const watching = setInterval(() => holds() && hangUp.abort(), 5);
    try {
      return await fetch(`${litellm.url}/key/generate`, {
        method: 'POST',
        headers: { authorization: `Bearer ${litellm.masterKey}`, 'content-type': 'application/json' },
        body: '{}',
        signal: hangUp.signal,
      });
    } finally {
      clearInterval(watching);
    }
  };

  beforeEach(async () => {
    litellm = await startLiteLlm();
  });

  afterEach(() => litellm.stop());

  it.each<[FaultKind, number]>([
    ['error-500', 0],
    ['error-500-after-commit', 1],
  ])('%s answers 500 with %i keys made', async (kind, keys) => {
    litellm.faults.add({ do: kind });
    expect((await generate()).status).toBe(500);
    expect(litellm.ledger()).toHaveLength(keys);
  });

  it.each<[FaultKind, number]>([
    ['hang', 0],
    ['hang-after-commit', 1],
    ['drop', 0],
    ['drop-after-commit', 1],
  ])('%s answers nothing with %i keys made', async (kind, keys) => {
    litellm.faults.add({ do: kind });
    await expect(generateUntil(() => litellm.calls().length > 0)).rejects.toThrow();
    expect(litellm.ledger()).toHaveLength(keys);
    expect(litellm.calls()).toMatchObject([{ path: '/key/generate', status: null, fault: kind }]);
  });

  it('refuse-alias speaks of an alias that nobody has', async () => {
    litellm.faults.add({ do: 'refuse-alias' });
    expect(errorOf(await generate({ key_alias: 'free' })).param).toBe('key_alias');
    expect(litellm.ledger()).toEqual([]);
  });

  it('refuse-master-key answers 401', async () => {
    litellm.faults.add({ do: 'refuse-master-key' });
    expect((await generate()).status).toBe(401);
  });

  it('nonsense answers 200 with a page', async () => {
    litellm.faults.add({ do: 'nonsense' });
    const response = await generateUntil(() => false);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html']);
  });

  it('delay answers late, but rightly', async () => {
    litellm.faults.add({ do: 'delay', delayMs: 5 });
    expect((await generate()).status).toBe(200);
  });

  it('happens as often as said, on the path that was said', async () => {
    litellm.faults.add({ do: 'error-500', on: '/key/generate', times: 2 });
    const statuses = [];
    for (const what of ['GET /v1/models', 'POST /key/generate', 'POST /key/generate', 'POST /key/generate'])
      statuses.push((await callLiteLlm(litellm, what, what.startsWith('POST') ? {} : undefined)).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
  });

  it('happens until it is cleared', async () => {
    litellm.faults.add({ do: 'error-500', times: 'always' });
    expect([(await generate()).status, (await generate()).status]).toEqual([500, 500]);
    litellm.faults.clear();
    expect((await generate()).status).toBe(200);
  });

  it('can be ordered over HTTP, and the witnesses be heard', async () => {
    await callLiteLlm(litellm, 'POST /_stand-in/faults', { do: 'error-500', times: 1 });
    expect(litellm.faults.pending()).toEqual([{ do: 'error-500', times: 1 }]);
    expect((await generate()).status).toBe(500);
    await generate({ key_alias: 'witnessed' });
    expect((await callLiteLlm(litellm, 'GET /_stand-in/ledger')).body).toMatchObject({
      keys: [{ key_alias: 'witnessed' }],
    });
    expect((await callLiteLlm(litellm, 'GET /_stand-in/calls')).body.calls).toHaveLength(2);
  });

  it('cannot be ordered by a form on some page of the web', async () => {
    const response = await fetch(`${litellm.url}/_stand-in/faults`, { method: 'POST', body: '{"do":"hang"}' });
    expect(response.status).toBe(400);
    expect(litellm.faults.pending()).toEqual([]);
  });
});

describe('the ledger of the LiteLLM stand-in', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'keyledger-litellm-'));
  const dataFile = path.join(directory, 'keys.ndjson');

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('survives a restart, and a line that a crash cut off', async () => {
    const first = await startLiteLlm({ dataFile });
    const { body } = await callLiteLlm(first, 'POST /key/generate', { key_alias: 'kept' });
    await callLiteLlm(first, 'POST /key/generate', { key_alias: 'deleted' });
    await callLiteLlm(first, 'POST /key/delete', { key_aliases: ['deleted'] });
    await first.stop();
    appendFileSync(dataFile, '{"put":{"token":"cut o');
    expect(readFileSync(dataFile, 'utf8')).not.toContain(String(body.key));

    const second = await startLiteLlm({ dataFile });
    expect(second.ledger()).toMatchObject([{ key_alias: 'kept', token: body.token }]);
    await callLiteLlm(second, 'POST /key/generate', { key_alias: 'later' });
    await second.stop();

    const third = await startLiteLlm({ dataFile });
    expect(third.ledger().map((row) => row.key_alias)).toEqual(['kept', 'later']);
    await third.stop();
  });
});
