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
  it('accepts name and password together, again and again', async () => {
    const credential = await adminCredential('root', 'pässword:with colon');
    for (let time = 0; time < 3; time += 1) expect(await credential.verify('root', 'pässword:with colon')).toBe(true);
  });

  it.each([
    ['root', 'wrong'],
    ['other', 'right'],
    ['root', ''],
    ['', 'right'],
    ['rootright', ''],
    ['root', 'right '],
  ])('refuses %j with %j, before and after a success', async (name, password) => {
    const credential = await adminCredential('root', 'right');
    expect(await credential.verify(name, password)).toBe(false);
    expect(await credential.verify('root', 'right')).toBe(true);
    expect(await credential.verify(name, password)).toBe(false);
  });

  it('refuses a flood of guesses instead of working through it', async () => {
    const credential = await adminCredential('root', 'right');
    const guesses = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => credential.verify('root', `guess ${index}`)),
    );
    const refused = guesses.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(16);
    expect(refused[0]).toMatchObject({ reason: { code: 'rate-limited' } });
    expect(await credential.verify('root', 'right')).toBe(true);
  });
});
