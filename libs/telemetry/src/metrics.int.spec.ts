import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTelemetry, type Telemetry } from './metrics-endpoint.ts';
import { counter, gauge, histogram } from './metrics.ts';

const revoked = counter({
  name: 'vault.key.revoked',
  description: 'Keys revoked at their issuer',
  attributes: ['reason'],
});
const duration = histogram({ name: 'vault.issuer.called', description: 'Calls of issuers', attributes: ['issuer'] });

let telemetry: Telemetry;
const server = createServer((request, response) => telemetry.serveMetrics(request, response));

const scrape = async (): Promise<string> => {
  const { port } = server.address() as AddressInfo;
  return (await fetch(`http://127.0.0.1:${port}/`)).text();
};

beforeAll(async () => {
  telemetry = startTelemetry('vault');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve).closeAllConnections());
  await telemetry.shutdown();
});

describe('metrics in the text format of Prometheus', () => {
  it('count what instruments at module level recorded, made before the start', async () => {
    revoked.add(2, { reason: 'expired' });
    revoked.add(1, { reason: 'expired' });
    duration.record(0.2, { issuer: 'litellm' });
    const text = await scrape();
    expect(text).toMatch(/^vault_key_revoked_total\{.*reason="expired".*\} 3$/m);
    expect(text).toMatch(/^vault_issuer_called_count\{.*issuer="litellm".*\} 1$/m);
    expect(text).toMatch(/^vault_issuer_called_bucket\{.*le="0.1"\} 0\n.*le="0.25"\} 1$/m);
  });

  it('drop attributes outside of the closed list and cut long values', async () => {
    revoked.add(1, { reason: 'r'.repeat(200), keyId: 'canary' } as never);
    const text = await scrape();
    expect(text).not.toContain('canary');
    expect(text).toContain(`reason="${'r'.repeat(64)}"`);
  });

  it('ask gauges when they are read; one that fails is left out', async () => {
    gauge({
      name: 'vault.relay.lag',
      description: 'Events not yet published',
      attributes: ['state'],
      observe: () => Promise.resolve([{ value: 7, attributes: { state: 'behind' } }]),
    });
    gauge({
      name: 'vault.relay.broken',
      description: 'Fails',
      attributes: [],
      observe: () => Promise.reject(new Error('database away')),
    });
    const text = await scrape();
    expect(text).toMatch(/^vault_relay_lag\{.*state="behind".*\} 7$/m);
    expect(text).not.toMatch(/^vault_relay_broken/m);
    expect(text).toMatch(/^process_memory_usage\{.*\} [1-9]/m);
  });
});
