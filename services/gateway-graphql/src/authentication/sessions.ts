import { hkdfSync } from 'node:crypto';
import type { Clock } from '@keyledger/event-sourcing';
import { jwtVerify, SignJWT } from 'jose';

const ISSUER = 'keyledger-gateway';
const LIFETIME_S = 3600;
const RENEW_AFTER_S = 600;
const MAX_AGE_S = 12 * 3600;

export interface Session {
  readonly username: string;
  /** Seconds since the epoch. */
  readonly authenticatedAt: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface SignedSession {
  readonly token: string;
  readonly session: Session;
}

/** Browser sessions as signed tokens: nothing is stored, so every replica knows them. */
export interface Sessions {
  start(username: string): Promise<SignedSession>;
  /** `undefined` for a token that is not ours, altered or expired. */
  read(token: string): Promise<Session | undefined>;
  /** A fresh token for a session in use; `undefined` while it is fresh enough or after its longest life. */
  renew(session: Session): Promise<SignedSession | undefined>;
}

/** The key of sessions: bound to the password as well, so that a new password ends them. */
export const sessionKeyOf = (base: string, password: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', base, password, 'keyledger gateway session v1', 32));

export const sessionsWith = (key: Uint8Array, clock: Clock): Sessions => {
  const now = (): number => Math.floor(clock().getTime() / 1000);
  const sign = async (session: Session): Promise<SignedSession> => ({
    session,
    token: await new SignJWT({ auth_time: session.authenticatedAt })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setSubject(session.username)
      .setIssuedAt(session.issuedAt)
      .setExpirationTime(session.expiresAt)
      .sign(key),
  });
  return {
    start: (username) => sign({ username, authenticatedAt: now(), issuedAt: now(), expiresAt: now() + LIFETIME_S }),
    read: async (token) => {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['HS256'],
          issuer: ISSUER,
          audience: ISSUER,
          currentDate: clock(),
          requiredClaims: ['sub', 'iat', 'exp', 'auth_time'],
        });
        return {
          username: String(payload.sub),
          authenticatedAt: Number(payload['auth_time']),
          issuedAt: Number(payload.iat),
          expiresAt: Number(payload.exp),
        };
      } catch {
        return undefined; // whatever is wrong with it: the browser is not signed in
      }
    },
    renew: async (session) => {
      const end = session.authenticatedAt + MAX_AGE_S;
      if (now() - session.issuedAt < RENEW_AFTER_S || session.expiresAt >= end) return undefined;
      return sign({ ...session, issuedAt: now(), expiresAt: Math.min(now() + LIFETIME_S, end) });
    },
  };
};
