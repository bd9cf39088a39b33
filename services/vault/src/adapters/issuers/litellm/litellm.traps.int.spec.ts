import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecretAccess, SecretBytes } from '@keyledger/secrets';
import { type LiteLlm, startLiteLlm } from '@keyledger/testing';
import { type IssuerFrom, KeyUnreadable } from '../../../application/ports/issuer.port.ts';
import type { KeyInventory, UsageReport } from '../../../application/ports/issuer-abilities.port.ts';
import { collect, issueTo, newOrder } from '../../../application/ports/testing/issuer.subject.ts';
import { litellmSuspension } from './litellm.changes.ts';
import type { CallLiteLlm } from './litellm.client.ts';
import { litellmIssuer } from './litellm.issuer.ts';

const NOON = new Date('2026-11-21T12:00:00Z');

const issuerAt = (baseUrl: string, masterKey: string): IssuerFrom<'vault'> =>
  litellmIssuer({
    baseUrl,
    gatewayUrl: baseUrl,
    apiKey: SecretBytes.fromText(masterKey),
    timeoutMs: 5_000,
    clock: () => NOON,
  });

let litellm: LiteLlm;
let issuer: IssuerFrom<'vault'>;

const post = async (path: string, body: unknown): Promise<unknown> => {
  const response = await fetch(`${litellm.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${litellm.masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return response.json();
};

const ordered = () => newOrder('gpt-4o-mini');

const usageOf = (asked: IssuerFrom<'vault'>, ids: readonly string[]) =>
  collect((asked.usage as UsageReport).usageOf(ids));

const lastCall = (path: string) => litellm.calls().findLast((call) => call.path === path);

beforeAll(async () => {
  litellm = await startLiteLlm();
  issuer = issuerAt(litellm.url, litellm.masterKey);
});
afterAll(() => litellm.stop());

const atLiteLlmThatLists = async <Answer>(
  body: unknown,
  ask: (inventory: KeyInventory) => Promise<Answer>,
): Promise<Answer> => {
  const server = createServer((_request, response) => response.end(JSON.stringify(body))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { inventory } = issuerAt(`http://127.0.0.1:${port}`, 'sk-any');
  return ask(inventory as KeyInventory).finally(() => server.close());
};

describe('names at LiteLLM', () => {
  it.each(['exact', 'substring'] as const)('are compared here, whether its filter is %s', async (aliasFilter) => {
    const other = await startLiteLlm({ aliasFilter });
    try {
      const asked = issuerAt(other.url, other.masterKey);
      const order = ordered();
      const key = await issueTo(asked, order);
      await issueTo(asked, { ...order, alias: `${order.alias}0` });
      expect(await asked.inventory?.findByAlias(order.alias)).toEqual([key]);
      expect(other.calls().filter(({ query }) => 'include_team_keys' in query)).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  it('may belong to two keys after a race, and both are found', async () => {
    const alias = newOrder('any').alias;
    const keys = ['a', 'b'].map((token) => ({ token, key_alias: alias }));
    const found = await atLiteLlmThatLists({ keys, total_pages: 1 }, ({ findByAlias }) => findByAlias(alias));
    expect(found.map(({ issuerKeyId }) => issuerKeyId)).toEqual(['a', 'b']);
  });
});

describe('the list of LiteLLM', () => {
  it('is read whole although keys are deleted while it is read', async () => {
    const other = await startLiteLlm();
    try {
      const asked = issuerAt(other.url, other.masterKey);
      for (let count = 0; count < 205; count += 1) await issueTo(asked, ordered());
      const expected = new Set(other.ledger().map(({ token }) => token));
      const listed: string[] = [];
      for await (const { issuerKeyId } of asked.inventory?.listOurs() ?? []) {
        if (listed.length === 0)
          for (const { token } of other.ledger().slice(0, 10)) {
            expected.delete(token);
            await asked.revoke(token);
          }
        listed.push(issuerKeyId);
      }
      expect(listed.sort()).toEqual([...expected].sort());
    } finally {
      await other.stop();
    }
  }, 30_000);

  it('passes over the odd key of somebody else, tells one of ours by its id, and reads on', async () => {
    const metadata = { managed_by: 'keyledger' };
    const page = (key: object) => ({ keys: [{ token: 'a', metadata: {} }, key, { token: 'c', metadata }] });
    const listing = async (key: object) => {
      const listed = await atLiteLlmThatLists(page(key), ({ listOurs }) => collect(listOurs()));
      return listed.filter(({ issuerKeyId }) => issuerKeyId !== 'c');
    };
    const odd = { token: 'b', key_alias: 'odd', expires: 'soon' };
    expect(await listing(odd)).toEqual([]);
    expect(await listing({ ...odd, metadata })).toEqual([{ issuerKeyId: 'b', alias: 'odd' }]);
    await expect(listing({ expires: 'soon', metadata })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('and its record of a key that cannot be read take nothing away from the usage of others', async () => {
    const [odd, other] = [await issueTo(issuer, ordered()), await issueTo(issuer, ordered())];
    litellm.tell(odd.issuerKeyId, { models: 'all' });
    const many = Array.from({ length: 101 }, (_, index) => `unknown-${index}`);
    for (const others of [[], many]) {
      const told = await usageOf(issuer, [odd.issuerKeyId, other.issuerKeyId, ...others]);
      expect(told.map(({ issuerKeyId }) => issuerKeyId)).toEqual([other.issuerKeyId]);
    }
    await expect(issuer.lookup(odd.issuerKeyId)).rejects.toBeInstanceOf(KeyUnreadable);
  });
});

describe('what is never sent to LiteLLM', () => {
  it('is a soft budget, which would make a budget of its own, or a tag, which needs a licence', async () => {
    await issueTo(issuer, { ...ordered(), softBudgetUsd: 3 });
    const { body } = lastCall('/key/generate') ?? {};
    expect(Object.keys(body ?? {}).sort()).toEqual(
      [
        'budget_duration',
        'duration',
        'key',
        'key_alias',
        'key_type',
        'max_budget',
        'metadata',
        'models',
        'user_id',
      ].sort(),
    );
  });

  it.each(['1mo', '2w', '30days', '5', '', '0d'])('is the duration %j', async (duration) => {
    const calls = litellm.calls().length;
    await expect(issueTo(issuer, { ...ordered(), duration })).rejects.toMatchObject({ reason: 'order-refused' });
    await expect(issueTo(issuer, { ...ordered(), budget: { maxUsd: 1, period: duration } })).rejects.toMatchObject({
      reason: 'order-refused',
    });
    expect(litellm.calls()).toHaveLength(calls);
  });

  it('is a change to no model at all, which would open all of them', async () => {
    const { issuerKeyId } = await issueTo(issuer, ordered());
    await expect(issuer.changes?.change(issuerKeyId, { modelIds: [] })).rejects.toMatchObject({
      reason: 'order-refused',
    });
  });

  it('is the metadata of a key that is changed, which would be replaced as a whole', async () => {
    const order = ordered();
    const { issuerKeyId } = await issueTo(issuer, order);
    await issuer.changes?.change(issuerKeyId, { budget: { maxUsd: 1 } });
    expect(lastCall('/key/update')?.body).toEqual({ key: issuerKeyId, max_budget: 1, budget_duration: null });
    expect(await issuer.lookup(issuerKeyId)).toMatchObject({ labels: order.labels, budget: { maxUsd: 1 } });
  });

  it('is a key, or anything from which it follows, in an address', async () => {
    const urls: string[] = [];
    const forwarder = await forwardTo(litellm.url, urls);
    try {
      const asked = issuerAt(forwarder.url, litellm.masterKey);
      using secret = asked.keys.newKey();
      const order = ordered();
      await asked.keys.issue({ ...order, secret });
      const issuerKeyId = asked.keys.keyIdOf(secret);
      await asked.suspension?.suspend(issuerKeyId);
      await asked.changes?.change(issuerKeyId, { budget: { maxUsd: 2 } });
      await asked.inventory?.findByAlias(order.alias);
      await usageOf(asked, [issuerKeyId]);
      await asked.revoke(issuerKeyId);
      expect(urls.length).toBeGreaterThan(6);
      expect(urls.join('\n')).not.toContain('sk-');
      expect(urls.join('\n')).not.toContain(secret.revealText(SecretAccess.granted).slice(3));
    } finally {
      forwarder.server.close();
    }
  });
});

describe('times at LiteLLM', () => {
  it('are durations from now: an end is sent in seconds, and one that has just passed as the next second', async () => {
    const { issuerKeyId } = await issueTo(issuer, ordered());
    await issuer.changes?.change(issuerKeyId, { expiresAt: '2026-11-21T13:00:00.500Z' });
    expect(lastCall('/key/update')?.body).toMatchObject({ duration: '3601s' });
    await issuer.changes?.change(issuerKeyId, { expiresAt: '2026-11-21T11:59:59Z' });
    expect(lastCall('/key/update')?.body).toMatchObject({ duration: '1s' });
  });

  it('of a budget are read from it: a period ends with the month or the week', async () => {
    const { issuerKeyId } = await issueTo(issuer, ordered());
    const [told] = await usageOf(issuer, [issuerKeyId]);
    expect(told?.budgetResetAt).toBe(litellm.ledger().find(({ token }) => token === issuerKeyId)?.budget_reset_at);
    expect(told?.budgetResetAt).toMatch(/-01T00:00:00\.000Z$/);
  });
});

describe('the usage of many keys', () => {
  it('is read from the list', async () => {
    const { issuerKeyId } = await issueTo(issuer, ordered());
    await post('/key/update', { key: issuerKeyId, spend: 4 });
    const wanted = [issuerKeyId, ...Array.from({ length: 100 }, () => randomUUID())];
    const infos = litellm.calls().filter(({ path }) => path === '/key/info').length;
    expect(await usageOf(issuer, wanted)).toEqual([expect.objectContaining({ spentUsd: 4 })]);
    expect(litellm.calls().filter(({ path }) => path === '/key/info')).toHaveLength(infos);
  });
});

describe('a key that goes while it is suspended', () => {
  const answering =
    (status: number, type: string): CallLiteLlm =>
    async () => ({ ok: false, refusal: { status, type, param: 'key', message: 'Key not found' } });

  it.each([
    [401, 'token_not_found_in_db'],
    [404, 'bad_request_error'],
  ])('is told by the status %d in the words of an unknown administrator or not', async (status, type) => {
    const { suspend } = litellmSuspension(answering(status, type), async (issuerKeyId) => ({ issuerKeyId }));
    await expect(suspend('a'.repeat(64))).rejects.toMatchObject({ reason: 'key-not-found' });
  });

  it('is told apart from an administrative key that is not accepted', async () => {
    const { suspend } = litellmSuspension(answering(401, 'auth_error'), async (issuerKeyId) => ({ issuerKeyId }));
    await expect(suspend('a'.repeat(64))).rejects.toMatchObject({ reason: 'credential-refused' });
  });
});

/** Passes every request on and remembers its address. */
const forwardTo = async (target: string, urls: string[]): Promise<{ url: string; server: Server }> => {
  const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    urls.push(request.url ?? '');
    const { method = 'GET', headers } = request;
    const body = await bodyOf(request);
    const answer = await fetch(`${target}${request.url}`, {
      method,
      headers: { authorization: headers.authorization ?? '', 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: body.toString() }),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  };
  const server = createServer((request, response) => void forward(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
};
