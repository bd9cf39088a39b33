import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { queryDatabase, storedEvents } from './history.ts';
import { askMany, type Asked, eightAtATime, outcomesOf, wellEnded } from './load.ts';
import { startSystem, type System } from './system.ts';

jest.setTimeout(120_000);

const REQUESTS = 40;
const REPLICAS = ['vault', 'vault/2', 'vault/3', 'vault/4'];

const ROTATE = `mutation ($input: RotateMasterKeyInput!) {
  rotateMasterKey(input: $input) { __typename ... on Error { code } }
}`;
const SEAL = `mutation ($input: SealSecretInput!) {
  sealSecret(input: $input) { ... on SealSecretSuccess { secret { id } } ... on Error { code } }
}`;
const REVEAL = `mutation ($input: RevealSecretInput!) {
  revealSecret(input: $input) { ... on RevealSecretSuccess { plaintext } ... on Error { code } }
}`;

describe('four vaults beside one of every other service', () => {
  let system: System;
  let asked: readonly Asked[];
  const secrets = new Map<string, string>();

  const run = async <Answer>(query: string, input: object): Promise<Answer> => {
    const { gateway } = system;
    const data = await gateway.graphql<Record<string, Answer>>(query, { input }, gateway.administrator);
    return Object.values(data)[0] as Answer;
  };

  /** Who has said so in its log. */
  const whoSaid = (what: string): readonly string[] => [
    ...new Set(system.output.filter((line) => line.includes(what)).map((line) => line.split(' ')[0] ?? '')),
  ];

  const countOf = async (...types: readonly string[]): Promise<readonly number[]> => {
    const events = await storedEvents(system);
    return types.map((wanted) => events.filter(({ type }) => type === wanted).length);
  };

  beforeAll(async () => {
    system = await startSystem({ scale: { vault: 4 }, environment: { LOG_LEVEL: 'info' } });
    asked = await askMany(system, REQUESTS, 'scale');
    const values = Array.from({ length: REQUESTS }, (_, index) => `sk-scale-${index}-${randomUUID()}`);
    await eightAtATime(values, async (value) => {
      const { secret } = await run<{ secret: { id: string } }>(SEAL, { label: 'Scale', value });
      secrets.set(secret.id, value);
    });
  });

  afterAll(() => system?.stop());

  it('share issuing and revealing, and nothing is doubled', async () => {
    expect(await outcomesOf(system, asked)).toEqual(asked.map(wellEnded));
    expect([...whoSaid('A key was issued')].sort()).toEqual(REPLICAS);
    expect([...whoSaid('A key was revealed to a recipient')].sort()).toEqual(REPLICAS);
    expect(await countOf('LeaseStarted', 'LeaseIssued')).toEqual([REQUESTS, REQUESTS]);
  });

  it('rotate the master key once, however many ask, and wrap each data key anew once, in one replica at a time', async () => {
    const [{ wrapped = 0 } = {}] = await queryDatabase<{ wrapped: number }>(
      system,
      'select count(*)::int as wrapped from vault.key_ring',
    );
    const answers = await Promise.all(
      REPLICAS.map(() => run<{ __typename: string }>(ROTATE, { idempotencyKey: randomUUID() })),
    );
    expect(answers.filter(({ __typename }) => __typename === 'RotateMasterKeySuccess')).toHaveLength(1);
    await system.gateway.until(
      () => countOf('MasterKeyRotationCompleted'),
      ([completed]) => completed === 1,
    );
    expect(await countOf('MasterKeyRotationStarted', 'MasterKeyRotationCompleted')).toEqual([1, 1]);
    const [{ rewrapped, keys } = {}] = await queryDatabase<{ rewrapped: number; keys: number }>(
      system,
      `select (data ->> 'rewrapped')::int as rewrapped,
        (select count(distinct master_key_id)::int from vault.key_ring) as keys
      from event_store.events where type = 'MasterKeyRotationCompleted'`,
    );
    expect({ rewrapped, keys }).toEqual({ rewrapped: wrapped, keys: 1 });
  });

  it('open afterwards what any of them has sealed before', async () => {
    const opened = await eightAtATime([...secrets.keys()], (secretId) =>
      run<{ plaintext: string }>(REVEAL, {
        secretId,
        grantId: randomUUID(),
        purpose: 'BREAK_GLASS',
        reason: 'After the rotation',
      }),
    );
    expect(opened.map(({ plaintext }) => plaintext)).toEqual([...secrets.values()]);
  });
});
