import { describe, expect, it } from '@jest/globals';
import { adminCredential, choosePassword } from './admin-credential.ts';

describe('the password of the administrator', () => {
  it('is the configured one', () => {
    expect(choosePassword('s3cret')).toEqual({ password: 's3cret', isGenerated: false });
  });

  it.each([undefined, '', 'change-me-in-production'])('is generated when %j is configured, anew each time', (given) => {
    const first = choosePassword(given);
    expect(first).toEqual({ password: expect.stringMatching(/^[\w-]{20}$/), isGenerated: true });
    expect(choosePassword(given).password).not.toBe(first.password);
  });
});

describe('verifying', () => {
  const credential = adminCredential('root', 'pässword:with colon');

  it('accepts name and password together', () => expect(credential.verify('root', 'pässword:with colon')).toBe(true));

  it.each([
    ['root', 'wrong'],
    ['other', 'pässword:with colon'],
    ['root', ''],
    ['', 'pässword:with colon'],
    ['rootpässword:with colon', ''],
    ['root', 'pässword:with colon '],
    ['root:pässword', 'with colon'],
  ])('refuses %j with %j', (name, password) => expect(credential.verify(name, password)).toBe(false));

  it('tells two attempts apart without telling what they were', () => {
    const { fingerprint } = credential;
    expect(fingerprint('root', 'a')).toBe(fingerprint('root', 'a'));
    expect(fingerprint('root', 'a')).not.toBe(fingerprint('root', 'b'));
    expect(fingerprint('root', 'a')).not.toBe(adminCredential('root', 'a').fingerprint('root', 'a'));
  });
});
