import { describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { testPostgres } from '@keyledger/testing';
import pg from 'pg';
import { addDatabase, disguisesOf, Haystack } from './haystack.ts';

jest.setTimeout(60_000);

describe('a secret in a haystack is found', () => {
  const planted = `sk-${randomBytes(32).toString('base64url')}`;

  it.each([...disguisesOf(planted)])('written as %s', (disguise, text) => {
    const hay = new Haystack();
    hay.add('place', `before${text}after`);
    expect(hay.find(planted)).toContain(`place: ${disguise}`);
  });

  it.each([0, 1, 2])('in base64 of something longer, at offset %d', (offset) => {
    const hay = new Haystack();
    hay.add('place', Buffer.from(`${'x'.repeat(offset + 3)}${planted}${'y'.repeat(5)}`).toString('base64'));
    expect(hay.find(planted).join()).toContain('base64');
  });

  it('in a table, as text and as bytes', async () => {
    const postgres = await testPostgres();
    const database = await postgres.createDatabase();
    const client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
    await client.query('create table public.planted (text text, bytes bytea)');
    await client.query('insert into public.planted values ($1, null), (null, $2)', [planted, Buffer.from(planted)]);
    await client.end();
    const hay = new Haystack();
    await addDatabase(hay, database.adminUrl);
    await database.drop();
    await postgres.stop();
    expect(hay.find(planted)).toEqual(
      expect.arrayContaining(['table public.planted: plain', 'table public.planted: hex']),
    );
  });
});
