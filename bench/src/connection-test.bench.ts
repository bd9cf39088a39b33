import { SecretBytes } from '@keyledger/secrets';
import { httpProviderCaller } from '@keyledger/service-vault/src/adapters/providers/http.provider-caller.ts';
import { testConnection } from '@keyledger/service-vault/src/application/connection-tests/test-connection.ts';
import { connectionOf } from '@keyledger/service-vault/src/domain/providers/connection.ts';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { printTitle, report } from './report.ts';
import { takeTurns } from './rounds.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 11);
/** What a healthy provider takes for an answer; lists of models are faster and chats of five tokens about as fast. */
const ANSWER_MS = Number(process.env.BENCH_ANSWER_MS ?? 300);
const LIMIT_MS = 2_000;

const provider = createServer((heard, response) => {
  heard.resume();
  const body = JSON.stringify({ data: [], choices: [{ message: { content: 'Hello' }, finish_reason: 'length' }] });
  heard.on('end', () => void sleep(ANSWER_MS).then(() => response.end(body)));
});
await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;

const found = connectionOf({ provider: 'openai', baseUrl });
if (found.outcome === 'refused') throw new Error(found.code);
const caller = httpProviderCaller({ allowPrivate: ['127.0.0.1'] });
const test = testConnection({ caller, clock: () => new Date(), timeoutMs: 10_000 });
const key = SecretBytes.fromText('sk-of-the-benchmark');

/** Both stages: the key is shown, and five tokens are chatted. */
const whole = async (): Promise<void> => {
  const { outcome } = await test({ ...found, key, model: 'm', deadlineAt: Date.now() + 30_000 });
  if (outcome !== 'ok') throw new Error(`The test found ${outcome}`);
};

const call = (path: string, method: string, body?: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request(`${baseUrl}${path}`, { method, agent: false }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    sent.on('error', reject);
    sent.end(body);
  });

const bare = async (): Promise<void> => {
  await call('/models', 'GET');
  await call('/chat/completions', 'POST', JSON.stringify({ model: 'm', max_completion_tokens: 5 }));
};

const timed = (work: () => Promise<void>) => async (): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

printTitle(`A test of a key with a chat, at a provider that answers in ${ANSWER_MS} ms`);
const results = await takeTurns({ ours: timed(whole), bare: timed(bare) }, ROUNDS);
report({
  name: 'both stages : the same two calls with node:http',
  ours: results.of('ours'),
  baseline: results.of('bare'),
  ratio: results.ratio('ours', 'bare'),
  unit: 'ms',
  target: 1.1,
  wanted: 'at-most',
});
report({
  name: 'both stages : the limit for a healthy provider',
  ours: results.of('ours'),
  baseline: LIMIT_MS,
  unit: 'ms',
  target: 1,
  wanted: 'at-most',
});
provider.closeAllConnections();
provider.close();
