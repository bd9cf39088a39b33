import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import { commandHandler, loadStream } from '@keyledger/event-sourcing';
import { InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { SecretAccess, SecretBytes } from '@keyledger/secrets';
import { envelopeSecretSealer } from '../../adapters/crypto/envelope.secret-sealer.ts';
import { secret } from '../../domain/secret/secret.decider.ts';
import { administrator } from '../../domain/secret/secret.examples.ts';
import { sealImportedKey } from '../commands/seal-imported-key.handler.ts';
import { ownContext } from '../own-context.ts';
import type { MasterKey } from '../ports/master-key.port.ts';
import { FakeKeyRing } from '../ports/testing/key-ring.fake.ts';
import { FakeMasterKeySource } from '../ports/testing/master-key-source.fake.ts';
import { type TokenOpener, TokenUnreadable } from '../ports/token-opener.port.ts';
import { importKeys, type ImportReport } from './import-keys.ts';
import { readOpenHandsRecord } from './openhands.reader.ts';

/** Opens whatever is written as `token(<key>)`. */
const opener: TokenOpener = {
  open: (token) => {
    const [, key] = /^token\((.*)\)$/s.exec(token) ?? [];
    if (key === undefined) throw new TokenUnreadable();
    return SecretBytes.fromText(key);
  },
};

const KEY_1 = 'sk-0000000000000000000000000000000001';
const KEY_2 = 'sk-0000000000000000000000000000000002';

interface Row {
  readonly id?: unknown;
  readonly user_id?: string;
  readonly name?: string;
  readonly api_key_encrypted?: string | null;
}

const row = (id: string, key: string, owner = 'ada'): Row => ({
  id,
  user_id: owner,
  name: 'Mine',
  api_key_encrypted: `token(${key})`,
});

async function* fileOf(records: readonly unknown[]): AsyncGenerator<string> {
  for (const record of records) yield `${typeof record === 'string' ? record : JSON.stringify(record)}\n`;
}

describe('importing the keys of another system', () => {
  let eventStore: InMemoryEventStore;
  let keyRing: FakeKeyRing;
  let masterKey: MasterKey | undefined;

  beforeEach(async () => {
    eventStore = new InMemoryEventStore();
    keyRing = new FakeKeyRing();
    ({ masterKey } = await new FakeMasterKeySource('material').create('01930f00-0000-7c4e-9d5a-2f8f4f0f6d11'));
  });

  const active = (): MasterKey => {
    if (masterKey === undefined) throw new AppError('sealed', 'The vault is sealed');
    return masterKey;
  };

  const sealer = () =>
    envelopeSecretSealer({
      keyRing,
      masterKeys: { active, find: () => Promise.resolve(masterKey) },
      isUnused: () => Promise.resolve(true),
    });

  const importing = async (...records: readonly unknown[]): Promise<readonly ImportReport[]> => {
    const intake = sealImportedKey({ eventStore, sealer: sealer(), clock: () => new Date('2026-11-21T08:00:00Z') });
    const deps = { format: 'openhands', readRecord: readOpenHandsRecord, opener, intake };
    const reports = [];
    for await (const report of importKeys(deps, fileOf(records))) reports.push(report);
    return reports;
  };

  const outcomes = async (...records: readonly unknown[]): Promise<readonly string[]> =>
    (await importing(...records)).map(({ outcome }) => outcome);

  const written = async (): Promise<number> => {
    let count = 0;
    for await (const _event of eventStore.readAll()) count += 1;
    return count;
  };

  const storedAt = async (secretId: string): Promise<unknown> => {
    const { state } = await loadStream(eventStore, secret, secretId);
    if (state.status === 'absent') return undefined;
    const { owner, label, origin, versions } = state;
    const opened = await sealer().open(versions[0]!.envelope, { secretId, version: 1, owner });
    return { owner, label, origin, key: opened.revealText(SecretAccess.granted) };
  };

  it('keeps where each was used, so that it can be tested', async () => {
    const base = 'https://proxy.example.com/v1';
    await importing({ ...row('1', KEY_1), provider: 'openai', base_url: base }, row('2', KEY_2));
    const sealed: unknown[] = [];
    for await (const { type, data } of eventStore.readAll()) if (type === 'SecretSealed') sealed.push(data);
    expect(sealed).toMatchObject([{ connection: { provider: 'openai', baseUrl: base } }, {}]);
    expect(sealed[1]).not.toHaveProperty('connection');
  });

  it('seals each key for its owner, and tells where and under which mask', async () => {
    const [report] = await importing(row('1', KEY_1));
    expect(report).toEqual({
      position: 1,
      owner: 'ada',
      recordId: '1',
      outcome: 'imported',
      secretId: expect.any(String),
      mask: 'sk-0...0001',
    });
    expect(await storedAt((report as { secretId: string }).secretId)).toEqual({
      owner: 'ada',
      label: 'Mine',
      origin: 'submitted',
      key: KEY_1,
    });
  });

  it('tells what became of each record, in the order of the file', async () => {
    const records = [
      row('1', KEY_1),
      '{"id":',
      { ...row('2', ''), api_key_encrypted: '**********' },
      row('3', 'sk-a...wxyz'),
      { ...row('4', ''), api_key_encrypted: 'gAAAAforeign' },
      { ...row('5', ''), api_key_encrypted: null },
      row('6', ''),
      { some: 'thing' },
      { user_id: 'ada', llm_api_key: KEY_2 },
      { user_id: 'grace', llm_api_key: '**********' },
      row('7', `${KEY_2}\n`),
      row('8', '"sk-quoted"'),
    ];
    expect(await importing(...records)).toMatchObject([
      { position: 1, outcome: 'imported', recordId: '1' },
      { position: 2, outcome: 'malformed' },
      { position: 3, outcome: 'only-a-mask', recordId: '2', owner: 'ada' },
      { position: 4, outcome: 'only-a-mask', recordId: '3' },
      { position: 5, outcome: 'could-not-be-opened', recordId: '4' },
      { position: 6, outcome: 'no-key', recordId: '5' },
      { position: 7, outcome: 'no-key', recordId: '6' },
      { position: 8, outcome: 'malformed' },
      { position: 9, outcome: 'imported', recordId: 'settings' },
      { position: 10, outcome: 'only-a-mask', owner: 'grace' },
      { position: 11, outcome: 'flawed', flaw: 'white-space' },
      { position: 12, outcome: 'flawed', flaw: 'quotes' },
    ]);
    expect(await written()).toBe(2);
  });

  it('tells nothing of a record that could be a key', async () => {
    const key = 'sk-ThisMustNotBeSeen0000000000000000';
    const reports = await importing(`{"id":"1","user_id":"ada","api_key_encrypted":"${key}"`, row('1', key), {
      user_id: 'ada',
      llm_api_key: `${key}2`,
    });
    expect(reports.map(({ outcome }) => outcome)).toEqual(['malformed', 'imported', 'imported']);
    expect(JSON.stringify(reports)).not.toContain('ThisMustNotBeSeen');
  });

  it('changes nothing when the same file comes again', async () => {
    const first = await importing(row('1', KEY_1), row('2', KEY_2));
    const again = await importing(row('1', KEY_1), row('2', KEY_2));
    expect(again).toEqual(first.map((report) => ({ ...report, outcome: 'duplicate' })));
    expect(await written()).toBe(2);
    expect(keyRing.rows.size).toBe(3);
  });

  it('goes on where it was broken off', async () => {
    await importing(row('1', KEY_1));
    expect(await outcomes(row('1', KEY_1), row('2', KEY_2))).toEqual(['duplicate', 'imported']);
  });

  it('seals a key once that an owner has in several records, and says where it is', async () => {
    const [first, second, third] = await importing(row('1', KEY_1), row('2', KEY_1), row('1', KEY_1, 'grace'));
    expect(second).toEqual({ ...first, position: 2, recordId: '2', outcome: 'duplicate' });
    expect(third).toMatchObject({ outcome: 'imported', owner: 'grace' });
    expect(await written()).toBe(2);
  });

  it('leaves a secret alone that holds another key than the record', async () => {
    const [first] = await importing(row('1', KEY_1));
    expect(await outcomes(row('1', KEY_2))).toEqual(['another-key']);
    expect(await storedAt((first as { secretId: string }).secretId)).toMatchObject({ key: KEY_1 });
  });

  it('leaves a secret alone that cannot be opened any more', async () => {
    await importing(row('1', KEY_1));
    keyRing.rows.clear();
    expect(await outcomes(row('1', KEY_1))).toEqual(['another-key']);
  });

  it('does not bring a secret back that was shredded', async () => {
    const [first] = await importing(row('1', KEY_1));
    const { secretId } = first as { secretId: string };
    const data = { secretId, caller: administrator, now: '2026-11-21T09:00:00Z' };
    const context = ownContext(new Date('2026-11-21T09:00:00Z'));
    await commandHandler(eventStore, secret)(secretId, { type: 'ShredSecret', data }, context);
    expect(await outcomes(row('1', KEY_1), row('1', KEY_2))).toEqual(['shredded', 'shredded']);
  });

  it('seals a key once when two imports run at the same time', async () => {
    const both = await Promise.all([outcomes(row('1', KEY_1)), outcomes(row('1', KEY_1))]);
    expect(both.flat().sort()).toEqual(['duplicate', 'imported']);
    expect(await written()).toBe(1);
  });

  it('stops at a sealed vault, with nothing written', async () => {
    masterKey = undefined;
    await expect(importing(row('1', KEY_1))).rejects.toMatchObject({ code: 'sealed' });
    expect(await written()).toBe(0);
  });
});
