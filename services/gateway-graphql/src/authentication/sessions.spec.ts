import { beforeEach, describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { sessionCookie } from './session-cookie.ts';
import { sessionKeyOf, type Sessions, sessionsWith } from './sessions.ts';

const start = Date.parse('2026-11-21T08:00:00.000Z');
const minutes = (count: number): number => count * 60_000;

describe('sessions', () => {
  let now: number;
  let sessions: Sessions;
  const key = sessionKeyOf('base', 'password');
  beforeEach(() => {
    now = start;
    sessions = sessionsWith(key, () => new Date(now));
  });

  it('are good for an hour, and for every replica with the same key', async () => {
    const { token } = await sessions.start('root');
    now += minutes(59);
    const replica = sessionsWith(sessionKeyOf('base', 'password'), () => new Date(now));
    expect(await replica.read(token)).toMatchObject({ username: 'root' });
    now += minutes(2);
    expect(await replica.read(token)).toBeUndefined();
  });

  it('end with a new password and a new base', async () => {
    const { token } = await sessions.start('root');
    for (const other of [sessionKeyOf('base', 'new password'), sessionKeyOf('other base', 'password')])
      expect(await sessionsWith(other, () => new Date(now)).read(token)).toBeUndefined();
  });

  it('are renewed in use, up to twelve hours after the sign-in', async () => {
    let { session } = await sessions.start('root');
    expect(await sessions.renew(session)).toBeUndefined();
    for (;;) {
      now += minutes(30);
      const renewed = await sessions.renew(session);
      if (renewed === undefined) break;
      expect(await sessions.read(renewed.token)).toEqual(renewed.session);
      ({ session } = renewed);
    }
    expect(session.expiresAt).toBe(start / 1000 + 12 * 3600);
    expect(session.authenticatedAt).toBe(start / 1000);
  });

  it('are not taken from forged tokens', async () => {
    const { token } = await sessions.start('root');
    const [header, payload, signature] = token.split('.');
    const claims = { sub: 'root', auth_time: start / 1000, iat: start / 1000, exp: start / 1000 + 3600 };
    const forged = [
      '',
      'x.y.z',
      `${header}.${payload}.`,
      `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: 'eve' })).toString('base64url')}.${signature}`,
      new UnsecuredJWT(claims).setIssuer('keyledger-gateway').setAudience('keyledger-gateway').encode(),
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('somebody')
        .setAudience('keyledger-gateway')
        .sign(key),
      await new SignJWT({ sub: 'root' })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('keyledger-gateway')
        .setAudience('keyledger-gateway')
        .sign(key),
    ];
    for (const attempt of forged) expect(await sessions.read(attempt)).toBeUndefined();
  });
});

describe('the session cookie', () => {
  it('is found among others', () => {
    const cookie = sessionCookie(false);
    expect(cookie.valueIn('a=b; keyledger_session=x.y=z; c=d')).toBe('x.y=z');
    expect(cookie.valueIn('xkeyledger_session=1')).toBeUndefined();
    expect(cookie.valueIn(undefined)).toBeUndefined();
  });

  it('has another name over https, so that a cookie of plain http is not taken', () => {
    expect(sessionCookie(true).valueIn('keyledger_session=x')).toBeUndefined();
    expect(sessionCookie(true).set('x', 60)).toBe(
      '__Host-keyledger_session=x; Max-Age=60; Path=/; HttpOnly; SameSite=Strict; Secure',
    );
  });
});
