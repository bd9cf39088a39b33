import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Submitted } from './gateway.ts';
import { isAccepted, linkIn, mailTo, openLink, type OpenedKey, untilStatus } from './requester.ts';
import { startSystem, type System } from './system.ts';

jest.setTimeout(120_000);

const MODEL = 'ollama/llama3.2';
const ADA = 'ada@example.com';

const KEY = '4c1f0f5e-9a3b-4d2e-8f10-6b7a5c3d2e1f';

const WHOLE = `query ($id: ID!, $claimCode: String) { keyRequest(id: $id, claimCode: $claimCode) {
  status email modelId justification duration
  evaluations { policyVersion outcome verdicts { rule verdict reason } }
  lease { status alias mask issuer modelIds owner expiresAt }
  deliveries { status channel link { state openedAt } }
  history(first: 50) { edges { node { type category correlationId causationId actor { actorId } reason } } }
} }`;

interface Whole {
  readonly keyRequest: {
    readonly status: string;
    readonly evaluations: readonly {
      readonly outcome: string;
      readonly verdicts: readonly { readonly rule: string; readonly verdict: string }[];
    }[];
    readonly lease: {
      readonly status: string;
      readonly alias: string;
      readonly mask: string;
      readonly expiresAt: string;
    };
    readonly deliveries: readonly { readonly status: string; readonly link: { readonly state: string } }[];
    readonly history: {
      readonly edges: readonly { readonly node: { readonly type: string; readonly correlationId: string } }[];
    };
  } | null;
}

describe('one key from request to reveal', () => {
  let system: System;
  let submitted: Submitted;
  let link: string;
  let key: string;

  beforeAll(async () => {
    system = await startSystem();
    submitted = await system.gateway.requestKey({
      modelId: MODEL,
      email: ADA,
      justification: 'A course on <b>prompting</b>',
      duration: '7d',
      budget: { maxUsd: 5, period: '1d' },
      idempotencyKey: KEY,
    });
    link = linkIn(await mailTo(system, ADA));
  });

  afterAll(() => system?.stop());

  it('brings a link by mail, in text and HTML, and no key', async () => {
    const mail = await mailTo(system, ADA);
    expect(mail.html).toContain(link);
    expect(mail.text + mail.html).not.toMatch(/sk-[A-Za-z0-9_-]{20}/);
    expect(mail.headers).toMatchObject({ 'auto-submitted': 'auto-generated' });
  });

  it('answers the same request again with the same code, and a stranger without it', async () => {
    const input = {
      modelId: MODEL,
      email: ADA,
      justification: 'A course on <b>prompting</b>',
      duration: '7d',
      budget: { maxUsd: 5, period: '1d' },
    };
    expect(await system.gateway.requestKey({ ...input, idempotencyKey: KEY })).toMatchObject({
      requestId: submitted.requestId,
      claimCode: submitted.claimCode,
    });
  });

  it('issues one key at the issuer, with the terms of the request and restricted to calls of models', async () => {
    await untilStatus(system, submitted.requestId, 'FULFILLED');
    const rows = system.litellm.ledger().filter((row) => row.user_id === ADA);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      models: [MODEL],
      max_budget: 5,
      budget_duration: '1d',
      allowed_routes: ['llm_api_routes'],
      metadata: { request_id: submitted.requestId },
    });
  });

  it('shows a page that consumes nothing, however often it is opened', async () => {
    for (const method of ['GET', 'HEAD', 'GET', 'HEAD', 'GET']) {
      const response = await system.gateway.fetch(link, { method });
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toContain('no-store');
      await response.text();
    }
  });

  it('refuses a wrong code and keeps the link', async () => {
    const response = await openLink(system, link, '0000-0000');
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toMatch(/sk-/);
  });

  it('reveals the key once by POST with the code, and the key works', async () => {
    const response = await openLink(system, link, submitted.claimCode ?? '');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toContain('no-store');
    ({ key } = (await response.json()) as OpenedKey);
    expect(await isAccepted(system, key, MODEL)).toBe(true);
    const again = await openLink(system, link, submitted.claimCode ?? '');
    expect(again.status).toBeGreaterThanOrEqual(400);
    expect(await again.text()).not.toContain(key);
  });

  it('composes request, decision, lease, delivery and history in one query', async () => {
    const { gateway } = system;
    const ask = (): Promise<Whole> =>
      gateway.graphql<Whole>(WHOLE, { id: submitted.requestId, claimCode: submitted.claimCode });
    const opened = ({ keyRequest }: Whole): boolean =>
      keyRequest?.history.edges.some(({ node }) => node.type === 'LinkOpened') ?? false;
    const { keyRequest } = await gateway.until(ask, opened);
    expect(keyRequest).toMatchObject({
      status: 'FULFILLED',
      lease: { status: 'ISSUED', mask: `${key.slice(0, 4)}...${key.slice(-4)}` },
      deliveries: [{ status: 'SUCCEEDED', link: { state: 'OPENED' } }],
    });
    expect(keyRequest?.evaluations[0]).toMatchObject({
      outcome: 'APPROVED',
      verdicts: [{ rule: 'whitelist', verdict: 'APPROVE' }],
    });
    expect(keyRequest?.history.edges.map(({ node }) => node.type)).toEqual([
      'SlotTaken',
      'KeyRequestSubmitted',
      'KeyRequestEvaluated',
      'KeyRequestApproved',
      'LeaseStarted',
      'SecretSealed',
      'LeaseKeySealed',
      'LeaseIssued',
      'DeliveryStarted',
      'DeliverySucceeded',
      'KeyRequestFulfilled',
      'ClaimCodeRejected',
      'SecretRevealed',
      'LinkOpened',
    ]);
    expect(new Set(keyRequest?.history.edges.map(({ node }) => node.correlationId))).toEqual(
      new Set([submitted.requestId]),
    );
  });

  it('shows a request to nobody without a proof', async () => {
    const ask = (claimCode?: string) =>
      system.gateway.graphqlAnswer<Whole>(WHOLE, { id: submitted.requestId, claimCode });
    expect((await ask()).data?.keyRequest).toBeNull();
  });

  it('exports every event as one CloudEvent a line, in order', async () => {
    const response = await system.gateway.fetch('/api/audit/export', { headers: system.gateway.administrator });
    expect(response.status).toBe(200);
    const events = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    expect(events.every(({ specversion }) => specversion === '1.0')).toBe(true);
    const sequences = events.map(({ sequence = '' }) => sequence);
    expect(sequences).toEqual([...sequences].sort());
    expect(events.some(({ type = '' }) => type.includes('KeyRequestFulfilled'))).toBe(true);
    expect((await system.gateway.fetch('/api/audit/export')).status).toBe(401);
  });

  it('takes the same path from the REST interface', async () => {
    const response = await system.gateway.fetch('/api/request-key', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ llm: 'llama-3.1-8b', email: 'bob@example.com' }),
    });
    expect(response.status).toBe(200);
    const answer = (await response.json()) as Record<string, unknown>;
    expect(Object.keys(answer).sort()).toEqual(['message', 'request_id', 'success']);
    expect(answer['success']).toBe(true);
    await mailTo(system, 'bob@example.com');
  });
});
