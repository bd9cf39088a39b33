import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ListAuditEvents } from '@keyledger/contracts-audit';
import { AppError } from '@keyledger/errors';
import { auditEvents } from './examples.ts';
import { basic, type Harness, startGateway } from './gateway.harness.ts';

const linesOf = async (response: Response): Promise<Record<string, unknown>[]> =>
  (await response.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the export of the audit log', () => {
  let gateway: Harness;
  beforeAll(async () => {
    gateway = await startGateway();
    gateway.services.history.splice(0, Infinity, ...auditEvents(450));
  });
  afterAll(() => gateway.close());

  const download = (query = ''): Promise<Response> => gateway.fetch(`/api/audit/export${query}`, { headers: basic() });

  it('is every event in order, one CloudEvent per line', async () => {
    const response = await download();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/x-ndjson');
    const lines = await linesOf(response);
    expect(lines.map(({ id }) => id)).toEqual(gateway.services.history.map(({ id }) => id));
    expect(lines[2]).toMatchObject({
      specversion: '1.0',
      source: '/keyledger/vault',
      type: 'keyledger.store.lease.LeaseIssued.v1',
      subject: 'lease-0199dddd-0000-7000-8000-000000000000',
      time: '2026-11-21T07:00:02.000Z',
      datacontenttype: 'application/json',
      authid: 'service:approval',
      data: { index: 2 },
    });
    for (const name of lines.flatMap((line) => Object.keys(line))) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
  });

  it('asks page by page', async () => {
    gateway.services.asked.length = 0;
    await download();
    expect(gateway.services.asked.map(({ operation }) => operation)).toEqual(Array(3).fill('ListAuditEvents'));
  });

  it('takes a range and categories, and refuses what it does not understand', async () => {
    const lines = await linesOf(
      await download('?category=lease,delivery&from=2026-11-21T07:00:02Z&to=2026-11-21T07:00:04Z'),
    );
    expect(new Set(lines.map(({ type }) => type))).toEqual(
      new Set(['keyledger.store.lease.LeaseIssued.v1', 'keyledger.store.delivery.DeliverySucceeded.v1']),
    );
    expect((await download('?from=yesterday')).status).toBe(422);
    expect((await download('?typo=1')).status).toBe(422);
  });

  it('does not read on while the client does not', async () => {
    const own = await startGateway();
    try {
      const wide = { text: 'x'.repeat(20_000) };
      own.services.history.splice(0, Infinity, ...auditEvents(4000).map((event) => ({ ...event, data: wide })));
      const abort = new AbortController();
      const response = await fetch(`${own.url}/api/audit/export`, { headers: basic(), signal: abort.signal });
      await response.body!.getReader().read();
      for (let index = 0; index < 50; index += 1) await own.fetch('/health'); // it goes on with its work meanwhile
      const pages = own.services.asked.filter(({ operation }) => operation === 'ListAuditEvents').length;
      expect(pages).toBeLessThan(15); // of twenty
      abort.abort();
    } finally {
      await own.close();
    }
  });

  it('breaks off when it cannot be completed, so that a part is not taken for the whole', async () => {
    const own = await startGateway();
    try {
      own.services.history.splice(0, Infinity, ...auditEvents(450));
      let calls = 0;
      own.services.requestReply.handle(ListAuditEvents, async () => {
        calls += 1;
        if (calls > 1) throw new AppError('unavailable', 'gone');
        return { items: own.services.history.slice(0, 200), next: '200' };
      });
      const response = await fetch(`${own.url}/api/audit/export`, { headers: basic() });
      await expect(response.text()).rejects.toThrow();
    } finally {
      await own.close();
    }
  });

  it('fails with a status while nothing was sent, and is for those who are signed in', async () => {
    const own = await startGateway();
    try {
      own.services.fail(ListAuditEvents, new AppError('unavailable', 'gone'));
      expect((await own.fetch('/api/audit/export', { headers: basic() })).status).toBe(503);
      expect((await own.fetch('/api/audit/export')).status).toBe(401);
    } finally {
      await own.close();
    }
  });
});
