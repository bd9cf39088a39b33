import { describe, expect, it } from '@jest/globals';
import { newServiceToken, presentedServiceToken } from './service-token.ts';

describe('a service token', () => {
  it('is recognised in a header, by its id and digest', () => {
    const { token, ...proof } = newServiceToken();
    expect(presentedServiceToken(`Bearer ${token}`)).toEqual(proof);
    expect(presentedServiceToken(`bearer  ${token} `)).toEqual(proof);
  });

  it('is another one each time, and its digest does not show it', () => {
    const [one, other] = [newServiceToken(), newServiceToken()];
    expect(one.token).not.toBe(other.token);
    expect(one.token).not.toContain(one.digest);
    expect(presentedServiceToken(`Bearer ${one.token.slice(0, -1)}${one.token.endsWith('A') ? 'B' : 'A'}`)).toEqual({
      serviceTokenId: one.serviceTokenId,
      digest: expect.not.stringContaining(one.digest),
    });
  });

  it.each(['', 'Bearer', 'Bearer abc', 'Basic abc', 'Bearer keyledger_', 'Bearer eyJhbGciOiJFUzI1NiJ9.e30.c2ln'])(
    'is none in %j',
    (header) => {
      expect(presentedServiceToken(header)).toBeUndefined();
    },
  );

  it('is none with something before, behind or within it', () => {
    const { token } = newServiceToken();
    for (const text of [`x${token}`, `${token}x`, token.toUpperCase(), token.replace('_', '-'), `${token} ${token}`])
      expect(presentedServiceToken(`Bearer ${text}`)).toBeUndefined();
  });
});
