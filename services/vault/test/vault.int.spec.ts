import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { servicePrincipal } from '@keyledger/messaging';
import {
  admin,
  asking,
  delivery as deliveryService,
  newRecipient,
  revealKey,
  type VaultClient,
} from './vault-client.ts';
import { startVaultStack, type VaultStack } from './vault-stack.ts';

jest.setTimeout(60_000);

describe('a vault on PostgreSQL, NATS and LiteLLM', () => {
  let stack: VaultStack;
  let delivery: VaultClient;
  let gateway: VaultClient;

  beforeAll(async () => {
    stack = await startVaultStack();
    await stack.startReplica();
    delivery = await stack.clientOf('delivery');
    gateway = await stack.clientOf('gateway');
  });

  afterAll(() => stack.close());

  const keysOf = (leaseId: string) => stack.litellm.ledger().filter(({ metadata }) => metadata['lease_id'] === leaseId);

  const works = async (key: string): Promise<boolean> => {
    const headers = { authorization: `Bearer ${key}` };
    return (await fetch(`${stack.litellm.url}/v1/models`, { headers })).ok;
  };

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
    expect(keysOf(leaseId)).toMatchObject([
      {
        key_alias: `${leaseId}-g1`,
        user_id: 'ada@example.com',
        models: ['gpt-4o-mini'],
        max_budget: 25,
        budget_duration: '30d',
        allowed_routes: ['llm_api_routes'],
        metadata: { managed_by: 'keyledger', lease_id: leaseId, request_id: requestId, generation: 1 },
      },
    ]);
    const { expiresAt } = issued.data as { expiresAt: string };
    expect(Date.parse(expiresAt)).toBe(Date.parse(keysOf(leaseId)[0]?.expires ?? ''));

    const recipient = newRecipient();
    const input = { leaseId, grantId: randomUUID(), purpose: 'delivery' as const, recipientKey: recipient.publicKey };
    const reply = await delivery.RevealLease(input, asking(deliveryService));
    if (reply.outcome !== 'accepted') throw new Error(`Revealing was ${reply.outcome}`);
    expect(await works(await recipient.open(reply.result.jwe))).toBe(true);
    const revealed = await stack.heard.until(leaseId, 'LeaseRevealed');
    expect(revealed).toMatchObject({ actor: { id: 'service:delivery' }, data: { requestId, grantId: input.grantId } });
    expect(await delivery.RevealLease(input, asking(deliveryService))).toMatchObject({ outcome: 'ignored' });
    const other = { ...input, recipientKey: newRecipient().publicKey };
    expect(await delivery.RevealLease(other, asking(deliveryService))).toMatchObject({ code: 'grant-used' });
    expect(await gateway.GetLease({ leaseId }, asking(admin))).toMatchObject({ status: 'issued', requestId });
  });

  it.each(['hang-after-commit', 'drop-after-commit', 'error-500-after-commit', 'error-500', 'nonsense'] as const)(
    'ends with one key after %s',
    async (fault) => {
      stack.litellm.faults.add({ do: fault, on: '/key/generate' });
      const { leaseId } = await stack.approve();
      await stack.heard.until(leaseId, 'LeaseIssued');
      expect(keysOf(leaseId)).toHaveLength(1);
      expect(await works(await revealKey(delivery, leaseId))).toBe(true);
    },
  );

  it('fails with the cause when LiteLLM refuses, and issues after a retry', async () => {
    stack.litellm.faults.add({ do: 'refuse-master-key', on: '/key/generate' });
    const { leaseId, requestId } = await stack.approve();
    expect(await stack.heard.until(leaseId, 'LeaseIssueFailed')).toMatchObject({
      data: { cause: 'credential-refused', message: expect.stringContaining("does not accept the vault's key (401)") },
    });
    expect(keysOf(leaseId)).toEqual([]);
    await stack.retry(requestId);
    await stack.heard.until(leaseId, 'LeaseIssued');
    expect(keysOf(leaseId)).toHaveLength(1);
  });

  it('leaves the key of somebody else alone that has our alias, and takes another after a retry', async () => {
    stack.litellm.faults.add({ do: 'refuse-alias', on: '/key/generate' });
    const { leaseId, requestId } = await stack.approve();
    expect(await stack.heard.until(leaseId, 'LeaseIssueFailed')).toMatchObject({ data: { cause: 'alias-taken' } });
    await stack.retry(requestId);
    expect(await stack.heard.until(leaseId, 'LeaseIssued')).toMatchObject({ data: { generation: 2 } });
    expect(keysOf(leaseId)).toMatchObject([{ key_alias: `${leaseId}-g2` }]);
  });

  it('gives the registry the models of LiteLLM', async () => {
    const registry = await stack.clientOf('registry');
    const { issuer, models } = await registry.ListIssuerModels({}, asking(servicePrincipal('registry')));
    expect(issuer).toBe('litellm');
    expect(models.map(({ id }) => id)).toContain('gpt-4o-mini');
  });

  it('cannot even be asked for a key by another service', async () => {
    const { leaseId } = await stack.approve();
    await stack.heard.until(leaseId, 'LeaseIssued');
    const input = {
      leaseId,
      grantId: randomUUID(),
      purpose: 'delivery' as const,
      recipientKey: newRecipient().publicKey,
    };
    await expect(gateway.RevealLease(input, asking(admin))).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('opens after a restart what was sealed before', async () => {
    const { leaseId } = await stack.approve();
    await stack.heard.until(leaseId, 'LeaseIssued');
    const before = await revealKey(delivery, leaseId);
    await stack.stopReplicas();
    await stack.startReplica();
    expect(await revealKey(delivery, leaseId)).toBe(before);
  });
});
