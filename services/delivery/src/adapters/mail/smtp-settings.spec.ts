import { describe, expect, it } from '@jest/globals';
import { encryptionOf } from './smtp-settings.ts';

const settings = { host: 'mail.example.com', port: 587, from: 'a@b.c', useTls: false, startTls: true, verifySsl: true };

describe('encryption of the way to the mail server', () => {
  it('is required, with a valid certificate', () => {
    expect(encryptionOf(settings)).toEqual({
      secure: false,
      requireTLS: true,
      ignoreTLS: false,
      tls: { rejectUnauthorized: true },
    });
  });

  it('is there from the first byte when so configured', () => {
    expect(encryptionOf({ ...settings, useTls: true })).toMatchObject({ secure: true, requireTLS: false });
  });

  it('accepts any certificate only when told so', () => {
    expect(encryptionOf({ ...settings, verifySsl: false })).toMatchObject({
      requireTLS: true,
      tls: { rejectUnauthorized: false },
    });
  });

  it('is off only when told so', () => {
    expect(encryptionOf({ ...settings, startTls: false })).toMatchObject({ requireTLS: false, ignoreTLS: true });
  });

  it.each(['localhost', '127.0.0.1', '127.1.2.3', '::1'])('is optional on the way to %s', (host) => {
    expect(encryptionOf({ ...settings, host })).toMatchObject({
      requireTLS: false,
      ignoreTLS: false,
      tls: { rejectUnauthorized: false },
    });
  });

  it.each(['127.0.0.1.example.com', 'localhost.example.com', '10.0.0.1'])('is required on the way to %s', (host) => {
    expect(encryptionOf({ ...settings, host })).toMatchObject({ requireTLS: true });
  });
});
