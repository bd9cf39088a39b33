import { describe, expect, it } from '@jest/globals';
import { CompactEncrypt, importJWK } from 'jose';
import { openOneTimeRecipient } from './one-time-recipient.ts';

const seal = async (key: string, publicKey: object, header = { alg: 'ECDH-ES', enc: 'A256GCM' }): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(JSON.stringify({ key })))
    .setProtectedHeader(header)
    .encrypt(await importJWK(publicKey, header.alg));

describe('a recipient for one message', () => {
  it('opens what was sealed to it, and is another each time', async () => {
    const recipient = await openOneTimeRecipient();
    expect(recipient.publicKey).toEqual({
      kty: 'EC',
      crv: 'P-256',
      x: expect.stringMatching(/^[\w-]{43}$/),
      y: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(await recipient.decrypt(await seal('sk-ünïcode', recipient.publicKey))).toBe('sk-ünïcode');
    expect((await openOneTimeRecipient()).publicKey).not.toEqual(recipient.publicKey);
  });

  it('opens several keys that were sealed to it together, and nothing else in their place', async () => {
    const recipient = await openOneTimeRecipient();
    const sealed = async (content: object): Promise<string> =>
      new CompactEncrypt(new TextEncoder().encode(JSON.stringify(content)))
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
        .encrypt(await importJWK(recipient.publicKey, 'ECDH-ES'));
    const keys = { '01930f5e-8100-7c4e-9d5a-2f8f4f0f6d11': 'sk-one', '01930f5e-8100-7c4e-9d5a-2f8f4f0f6d12': 'sk-two' };
    expect(await recipient.decryptAll(await sealed({ keys }))).toEqual(new Map(Object.entries(keys)));
    for (const other of [{ key: 'sk-secret' }, { keys: { 'sk-secret': 'sk-secret' } }, { keys, more: 'sk-secret' }])
      await expect(recipient.decryptAll(await sealed(other))).rejects.toThrow(/^What was sealed is not the JSON of/);
    await expect(recipient.decrypt(await sealed({ keys }))).rejects.toThrow('not the JSON');
  });

  it('rejects everything else without quoting it', async () => {
    const recipient = await openOneTimeRecipient();
    const other = await openOneTimeRecipient();
    const sealed = await seal('sk-secret', recipient.publicKey);
    const parts = sealed.split('.');
    const altered = [...parts.slice(0, 3), `${parts[3]?.startsWith('A') ? 'B' : 'A'}${parts[3]?.slice(1)}`, parts[4]];
    const plain = await new CompactEncrypt(new TextEncoder().encode('sk-secret'))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
      .encrypt(await importJWK(recipient.publicKey, 'ECDH-ES'));
    const attempts = [
      plain,
      await seal('sk-secret', other.publicKey),
      await seal('sk-secret', recipient.publicKey, { alg: 'ECDH-ES+A256KW', enc: 'A256GCM' }),
      await seal('sk-secret', recipient.publicKey, { alg: 'ECDH-ES', enc: 'A128GCM' }),
      altered.join('.'),
      parts.slice(0, 4).join('.'),
      'sk-secret',
      '',
    ];
    for (const attempt of attempts) {
      const error = await recipient.decrypt(attempt).then(
        () => new Error('was accepted'),
        (reason: Error) => reason,
      );
      expect(error.message).toMatch(/does not open|not the JSON/);
      expect(error.message).not.toContain('sk-secret');
      expect(error.cause).toBeUndefined();
    }
  });
});
