import { describe, expect, it } from '@jest/globals';
import { SecretAccess } from '@keyledger/secrets';
import { readFeedForwardRecord } from './feedforward.reader.ts';
import { readOpenHandsRecord } from './openhands.reader.ts';
import type { RecordReader, StoredRecord } from './stored-record.ts';

/** With the plaintext where there is one, so that it can be compared. */
const seen = (record: StoredRecord | undefined): unknown =>
  record?.key.found === 'plaintext'
    ? { ...record, key: { found: 'plaintext', text: record.key.secret.revealText(SecretAccess.granted) } }
    : record;

const reads = (reader: RecordReader, record: unknown): unknown => seen(reader(record));

const nothing = { found: 'nothing' };

describe('a record of OpenHands', () => {
  const row = { id: 'c-1', user_id: 'u-1', name: 'Mine', provider: 'openai', model: 'gpt-4o', is_default: true };

  it('is a configuration, whose key is a token', () => {
    expect(reads(readOpenHandsRecord, { ...row, api_key_encrypted: 'gAAAA…' })).toEqual({
      recordId: 'c-1',
      owner: 'u-1',
      label: 'Mine',
      connection: { provider: 'openai', baseUrl: 'https://api.openai.com/v1' },
      key: { found: 'token', token: 'gAAAA…' },
    });
  });

  it('says where its key was used, and does without where that cannot be said here', () => {
    const at = (also: object) => reads(readOpenHandsRecord, { ...row, ...also, api_key_encrypted: 'gAAAA…' });
    expect(at({ base_url: 'https://proxy.example.com/v1' })).toMatchObject({
      connection: { provider: 'openai', baseUrl: 'https://proxy.example.com/v1' },
    });
    expect(at({ provider: 'somebody' })).not.toHaveProperty('connection');
  });

  it('may name the owner as he is called here', () => {
    const record = { ...row, owner: 'ada@example.com', api_key_encrypted: '' };
    expect(reads(readOpenHandsRecord, record)).toMatchObject({ owner: 'ada@example.com', key: nothing });
  });

  it('may have no key', () => {
    expect(reads(readOpenHandsRecord, { ...row, api_key_encrypted: null })).toMatchObject({ key: nothing });
  });

  it('is the settings from before, whose key is not encrypted', () => {
    const settings = { user_id: 'u-1', llm_model: 'openai/gpt-4o', llm_base_url: null };
    expect(reads(readOpenHandsRecord, { ...settings, llm_api_key: 'sk-1' })).toEqual({
      recordId: 'settings',
      owner: 'u-1',
      label: 'Migrated Configuration',
      key: { found: 'plaintext', text: 'sk-1' },
    });
    expect(reads(readOpenHandsRecord, { ...settings, llm_api_key: null })).toMatchObject({ key: nothing });
  });

  it.each([
    ['null', null],
    ['text', 'gAAAA'],
    ['a list', []],
    ['without an owner', { ...row, user_id: undefined, api_key_encrypted: 'x' }],
    ['with an empty owner', { ...row, user_id: '', api_key_encrypted: 'x' }],
    ['without an id', { ...row, id: undefined, api_key_encrypted: 'x' }],
    ['with a key that is no text', { ...row, api_key_encrypted: 5 }],
    ['without the field of the key', row],
    ['settings without an owner', { llm_api_key: 'sk-1' }],
  ])('is not %s', (_name, record) => {
    expect(readOpenHandsRecord(record)).toBeUndefined();
  });
});

describe('a record of FeedForward', () => {
  const row = { id: 7, name: 'GPT-4', provider: 'openai', owner_type: 'instructor', owner_id: 3 };
  const twice = (token: string): string => Buffer.from(token).toString('base64');

  it.each([
    ['as text, as it is stored', (config: object) => JSON.stringify(config)],
    ['unfolded by an export', (config: object) => config],
  ])('has the token, encoded once more, in its configuration: %s', (_name, write) => {
    const config = write({ api_key_encrypted: twice('gAAAAtoken=='), base_url: '' });
    expect(reads(readFeedForwardRecord, { ...row, api_config: config })).toEqual({
      recordId: '7',
      owner: '3',
      label: 'GPT-4',
      key: { found: 'token', token: 'gAAAAtoken==' },
    });
  });

  it('belongs to the institution when it is a record of the system', () => {
    const record = { ...row, owner_type: 'system', owner_id: null, api_config: '{}' };
    expect(reads(readFeedForwardRecord, record)).toMatchObject({ owner: 'system', key: nothing });
  });

  it.each([
    ['an empty key', '{"api_key_encrypted":""}'],
    ['no key', '{"base_url":"http://localhost:11434"}'],
    ['an empty configuration', ''],
    ['no configuration', null],
  ])('may have %s', (_name, config) => {
    expect(reads(readFeedForwardRecord, { ...row, api_config: config })).toMatchObject({ key: nothing });
  });

  it.each(['**********', 'gAAAAtoken_-==', 'Z0FB', 'Z0*'])(
    'is taken as it is when it was not encoded twice: %j',
    (stored) => {
      const config = { api_key_encrypted: stored };
      expect(reads(readFeedForwardRecord, { ...row, api_config: config })).toMatchObject({
        key: { found: 'token', token: stored },
      });
    },
  );

  it('is called by its id when it has no name that can be one', () => {
    for (const name of [undefined, '', 'two\nlines', 'x'.repeat(256)])
      expect(reads(readFeedForwardRecord, { ...row, name, api_config: '{}' })).toMatchObject({ label: '7' });
  });

  it.each([
    ['null', null],
    ['of another owner type', { ...row, owner_type: 'student', api_config: '{}' }],
    ['of an instructor without an id', { ...row, owner_id: null, api_config: '{}' }],
    ['with a configuration that is no JSON', { ...row, api_config: '{' }],
    ['with a configuration that is a list', { ...row, api_config: '[1]' }],
  ])('is not one %s', (_name, record) => {
    expect(readFeedForwardRecord(record)).toBeUndefined();
  });
});
