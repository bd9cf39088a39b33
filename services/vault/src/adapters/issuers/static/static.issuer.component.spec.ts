import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { commandHandler } from '@keyledger/event-sourcing';
import { InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { holdKey } from '../../../application/held-keys.ts';
import { ownContext } from '../../../application/own-context.ts';
import type { IssuerFrom } from '../../../application/ports/issuer.port.ts';
import type { KeyLabels } from '../../../application/ports/issuer-keys.ts';
import { describeAbilities, issuerAbilities } from '../../../application/ports/testing/issuer.abilities.ts';
import { secret as secrets } from '../../../domain/secret/secret.decider.ts';
import { submitSecret } from '../../../domain/secret/secret.commands.examples.ts';
import type { SecretCommand } from '../../../domain/secret/secret.messages.ts';
import { staticIssuer } from './static.issuer.ts';

const NOW = new Date('2026-11-21T08:00:00Z');

let eventStore: InMemoryEventStore;
let secretIds: string[];

const now = NOW.toISOString();

const handle = (command: SecretCommand) =>
  commandHandler(eventStore, secrets)(command.data.secretId, command, ownContext(NOW));

const stored = async (fingerprint: string): Promise<string> => {
  const secretId = randomUUID();
  const data = { ...submitSecret.data, secretId, fingerprint, now };
  expect(await handle({ ...submitSecret, data })).toMatchObject({ outcome: 'accepted' });
  secretIds.push(secretId);
  return secretId;
};

const replace = async (secretId: string, version: number, fingerprint: string): Promise<void> => {
  const { envelope, mask, caller } = submitSecret.data;
  const data = { secretId, caller, now, replacement: { envelope, mask, fingerprint, version } };
  expect(await handle({ type: 'ReplaceSecret', data })).toMatchObject({ outcome: 'accepted' });
};

const issuer = (isShared = false, name = 'team-pool'): IssuerFrom<'stock'> =>
  staticIssuer({
    name,
    gatewayUrl: 'https://api.mistral.ai/v1',
    models: ['mistral-large', 'codestral-*'],
    secretIds,
    isShared,
    eventStore,
    clock: () => NOW,
  });

const lease = (): KeyLabels => ({ leaseId: randomUUID(), generation: 1 });

beforeEach(() => {
  eventStore = new InMemoryEventStore();
  secretIds = [];
});

describe('keys in stock', () => {
  describeAbilities(issuerAbilities.static, () => issuer());

  it('go to one lease each', async () => {
    const [first, second] = [await stored('a'), await stored('b')];
    expect(await issuer().keys.take(lease())).toEqual({
      outcome: 'taken',
      issuerKeyId: `${first}.1`,
      secretId: first,
      version: 1,
    });
    expect(await issuer().keys.take(lease())).toMatchObject({ secretId: second });
    expect(await issuer().keys.take(lease())).toEqual({ outcome: 'exhausted' });
  });

  it('are the same when the same lease asks again', async () => {
    await stored('a');
    const asking = lease();
    const taken = await issuer().keys.take(asking);
    expect(await issuer().keys.take(asking)).toEqual(taken);
  });

  it('go to one of many leases that ask at once', async () => {
    for (const value of ['a', 'b', 'c']) await stored(value);
    const taken = await Promise.all(Array.from({ length: 5 }, () => issuer().keys.take(lease())));
    const ids = taken.flatMap((answer) => (answer.outcome === 'taken' ? [answer.issuerKeyId] : []));
    expect(new Set(ids).size).toBe(3);
    expect(ids).toHaveLength(3);
  });

  it('go to one lease each, also when several pools list them', async () => {
    const [first, second] = [await stored('a'), await stored('b')];
    expect(await issuer().keys.take(lease())).toMatchObject({ secretId: first });
    const other = issuer(false, 'other-pool');
    expect(await other.keys.take(lease())).toMatchObject({ secretId: second });
    expect(await other.keys.take(lease())).toEqual({ outcome: 'exhausted' });
  });

  it('are none that a custodian handed in for a lease', async () => {
    await stored('a');
    const holder = { issuer: 'anthropic', leaseId: randomUUID(), generation: 1 };
    expect(await holdKey({ eventStore, clock: () => NOW })('a', holder)).toBe(true);
    expect(await issuer().keys.take(lease())).toEqual({ outcome: 'exhausted' });
  });

  it('are not handed out again before their value was replaced', async () => {
    const secretId = await stored('a');
    const taken = await issuer().keys.take(lease());
    const issuerKeyId = taken.outcome === 'taken' ? taken.issuerKeyId : '';
    expect(await issuer().revoke(issuerKeyId)).toBe('by-hand');
    expect(await issuer().keys.take(lease())).toEqual({ outcome: 'exhausted' });
    await replace(secretId, 2, 'z');
    expect(await issuer().keys.take(lease())).toMatchObject({ issuerKeyId: `${secretId}.2`, version: 2 });
  });

  it('are ended when their value was replaced, and live on at the provider before that', async () => {
    const secretId = await stored('a');
    const issuerKeyId = `${secretId}.1`;
    expect(await issuer().lookup(issuerKeyId)).toEqual({ issuerKeyId });
    expect(await issuer().revoke(issuerKeyId)).toBe('by-hand');
    await replace(secretId, 2, 'z');
    expect(await issuer().lookup(issuerKeyId)).toBeUndefined();
    expect(await issuer().revoke(issuerKeyId)).toBe('revoked');
  });

  it('are none of secrets that were not listed, or are not there', async () => {
    const unlisted = await stored('a');
    secretIds = [randomUUID()];
    expect(await issuer().keys.take(lease())).toEqual({ outcome: 'exhausted' });
    expect(await issuer().lookup(`${unlisted}.1`)).toBeUndefined();
  });

  it('may be shared, and then each successor is another', async () => {
    const [first, second] = [await stored('a'), await stored('b')];
    const one = lease();
    expect(await issuer(true).keys.take(one)).toMatchObject({ secretId: first });
    expect(await issuer(true).keys.take(lease())).toMatchObject({ secretId: first });
    expect(await issuer(true).keys.take({ ...one, generation: 2 })).toMatchObject({ secretId: second });
    expect(await issuer(true).keys.take({ ...one, generation: 3 })).toEqual({ outcome: 'exhausted' });
  });

  it('are for the models that are configured by name', async () => {
    expect(await issuer().listModels()).toEqual([{ id: 'mistral-large' }]);
  });
});
