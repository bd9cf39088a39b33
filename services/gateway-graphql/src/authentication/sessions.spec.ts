import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import { SignJWT, UnsecuredJWT } from 'jose';
import { FakeSessionRegister } from '../application/ports/testing/session-register.fake.ts';
import { sessionCookie } from './session-cookie.ts';
import { sessionKeyOf, type Sessions, sessionsWith } from './sessions.ts';

const start = Date.parse('2026-11-21T08:00:00.000Z');
const minutes = (count: number): number => count * 60_000;

describe('sessions', () => {
  let now: number;
  let sessions: Sessions;
  let register: FakeSessionRegister;
  const key = sessionKeyOf('base', 'password');
  beforeEach(() => {
    now = start;
    register = new FakeSessionRegister();
    sessions = sessionsWith(key, () => new Date(now), register);
  });

  it('are good for an hour, and for every replica with the same key', async () => {
    const { token } = await sessions.start('root');
    now += minutes(59);
    const replica = sessionsWith(sessionKeyOf('base', 'password'), () => new Date(now), register);
    expect(await replica.read(token)).toMatchObject({ username: 'root' });
    now += minutes(2);
    expect(await replica.read(token)).toBeUndefined();
  });

  it('end with a new password and a new base', async () => {
    const { token } = await sessions.start('root');
    for (const other of [sessionKeyOf('base', 'new password'), sessionKeyOf('other base', 'password')])
      expect(await sessionsWith(other, () => new Date(now), register).read(token)).toBeUndefined();
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

  it('end with signing out: each token that the session ever had, in every replica', async () => {
    const first = await sessions.start('root');
    const other = await sessions.start('root');
    now += minutes(30);
    const renewed = await sessions.renew(first.session);
    const replica = sessionsWith(key, () => new Date(now), register);
    await replica.end(first.token);
    expect(await sessions.read(first.token)).toBeUndefined();
    expect(await sessions.read(renewed?.token ?? '')).toBeUndefined();
    expect(await sessions.read(other.token)).toMatchObject({ username: 'root' });
  });

  it('are not ended by a token that is none', async () => {
    const { token } = await sessions.start('root');
    await sessions.end('x.y.z');
    await sessions.end(`${token}x`);
    expect(await sessions.read(token)).toBeDefined();
  });

  it('are taken from nobody while nobody can tell whether they have ended', async () => {
    const { token } = await sessions.start('root');
    register.fault = new AppError('unavailable', 'No connection');
    await expect(sessions.read(token)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await sessions.read('x.y.z')).toBeUndefined();
  });

  it('are not taken from forged tokens', async () => {
    const { token, session } = await sessions.start('root');
    const [header, payload, signature] = token.split('.');
    const claims = {
      sub: 'root',
      jti: session.id,
      auth_time: start / 1000,
      iat: start / 1000,
      exp: start / 1000 + 3600,
    };
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
