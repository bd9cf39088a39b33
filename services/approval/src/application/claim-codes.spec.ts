import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { claimCodes } from './claim-codes.ts';

const key = createSecretKey('0123456789abcdef0123456789abcdef', 'utf8');
const codes = claimCodes(key);
const requestId = '01890a5d-ac96-774b-bcce-b302099a8057';
const submission = { submitter: 'address:ada@example.com', key: 'k1' };

describe('claim codes', () => {
  it('do not change between releases: codes that are out have to fit', () => {
    expect(codes.codeFor(requestId, submission)).toBe('0J73-P0ES');
    expect(codes.hashOf(requestId, '0J73-P0ES')).toBe('OjiwSwL_RfwYmcylbBx2p6v6z_ywKjuqj4Ex8lkBRO0');
  });

  it('are two groups of four characters that can be read aloud', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string(), fc.string(), (id, submitter, submissionKey) => {
        const code = codes.codeFor(id, { submitter, key: submissionKey });
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
      }),
    );
  });

  it('use the whole alphabet in every place', () => {
    const places = Array.from({ length: 9 }, () => new Set<string>());
    for (let number = 0; number < 2_000; number += 1)
      [...codes.codeFor(requestId, { ...submission, key: String(number) })].forEach((each, place) =>
        places[place]?.add(each),
      );
    expect(places.map(({ size }) => size)).toEqual([32, 32, 32, 32, 1, 32, 32, 32, 32]);
  });

  it.each([
    ['request', codes.codeFor('01890a5d-ac96-774b-bcce-b302099a8058', submission)],
    ['submitter', codes.codeFor(requestId, { ...submission, submitter: 'session:ada@example.com' })],
    ['submission', codes.codeFor(requestId, { ...submission, key: 'k2' })],
    ['key', claimCodes(createSecretKey(randomBytes(32))).codeFor(requestId, submission)],
    [
      'border between submitter and submission',
      codes.codeFor(requestId, { submitter: 'address:ada@example.comk', key: '1' }),
    ],
  ])('differ by %s', (_what, other) => expect(other).not.toBe(codes.codeFor(requestId, submission)));

  it('have one hash however they are typed, and another for each request', () => {
    const hash = codes.hashOf(requestId, '0O1I-LABC');
    for (const typed of ['0011-1ABC', ' oO11labc ', '00\u201311 1AB C', 'o-o-i-i-l-a-b-c'])
      expect(codes.hashOf(requestId, typed)).toBe(hash);
    expect(codes.hashOf(requestId, '0011-1ABD')).not.toBe(hash);
    expect(codes.hashOf('01890a5d-ac96-774b-bcce-b302099a8058', '0011-1ABC')).not.toBe(hash);
    expect(claimCodes(createSecretKey(randomBytes(32))).hashOf(requestId, '0011-1ABC')).not.toBe(hash);
  });
});
