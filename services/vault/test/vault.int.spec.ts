import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { admin, asking, delivery as deliveryService, newRecipient, type VaultClient } from './vault-client.ts';
import { startVaultStack, type VaultStack } from './vault-stack.ts';

describe('a vault on PostgreSQL, NATS and LiteLLM', () => {
  let stack: VaultStack;
  let delivery: VaultClient;
  let gateway: VaultClient;

  beforeAll(async () => {
    stack = await startVaultStack();
    await stack.startReplica();
    delivery = await stack.clientOf('delivery');
    gateway = await stack.clientOf('gateway');
  }, 60_000);

  afterAll(() => stack.close());

  it('issues the key of an approved request and reveals it once, to delivery, sealed to the recipient', async () => {
    const { leaseId, requestId } = await stack.approve({ duration: '7d', budget: { maxUsd: 25, period: '30d' } });
    const issued = await stack.heard.until(leaseId, 'LeaseIssued');
    expect(issued).toMatchObject({
      correlationId: requestId,
      actor: { id: 'service:vault' },
      data: {
        leaseId,
        requestId,
        generation: 1,
        issuer: 'litellm',
        owner: 'ada@example.com',
        modelIds: ['gpt-4o-mini'],
        mask: expect.stringMatching(/^sk-.\.\.\..{4}$/),
        delivery: { channel: 'emailLink' },
        gatewayUrl: stack.litellm.url,
      },
    });
    const [row, ...others] = stack.litellm.ledger().filter(({ metadata }) => metadata['lease_id'] === leaseId);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      key_alias: `${leaseId}-g1`,
      user_id: 'ada@example.com',
      models: ['gpt-4o-mini'],
      max_budget: 25,
      budget_duration: '30d',
      allowed_routes: ['llm_api_routes'],
      metadata: { managed_by: 'keyledger', lease_id: leaseId, request_id: requestId, generation: 1 },
    });

    const recipient = newRecipient();
    const input = { leaseId, grantId: randomUUID(), purpose: 'delivery' as const, recipientKey: recipient.publicKey };
    const reply = await delivery.RevealLease(input, asking(deliveryService));
    if (reply.outcome !== 'accepted') throw new Error(`Revealing was ${reply.outcome}`);
    const key = await recipient.open(reply.result.jwe);
    expect(key).toMatch(/^sk-[A-Za-z0-9_-]{43}$/);
    const models = await fetch(`${stack.litellm.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect(models.status).toBe(200);

    expect(await delivery.RevealLease(input, asking(deliveryService))).toMatchObject({
      outcome: 'refused',
      code: 'grant-used',
    });
    expect(await gateway.GetLease({ leaseId }, asking(admin))).toMatchObject({ status: 'issued', requestId });
  });
});
