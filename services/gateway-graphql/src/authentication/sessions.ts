import { hkdfSync, randomUUID } from 'node:crypto';
import type { Clock } from '@keyledger/event-sourcing';
import { jwtVerify, SignJWT } from 'jose';
import type { SessionRegister } from '../application/ports/session-register.port.ts';

const ISSUER = 'keyledger-gateway';
const LIFETIME_S = 3600;
const RENEW_AFTER_S = 600;
const MAX_AGE_S = 12 * 3600;

/** After this nothing is left of a session, however often it was renewed. */
export const LONGEST_SESSION_MS = MAX_AGE_S * 1000;

export interface Session {
  /** The same for all tokens of the session. */
  readonly id: string;
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

/** Browser sessions: signed tokens, good while the register says that the session is open. */
export interface Sessions {
  start(username: string): Promise<SignedSession>;
  /** `undefined` for a token that is not ours, altered or expired, or whose session has ended. */
  read(token: string): Promise<Session | undefined>;
  /** A fresh token for a session in use; `undefined` while it is fresh enough or after its longest life. */
  renew(session: Session): Promise<SignedSession | undefined>;
  /** Ends the session behind a token, with all its tokens; nothing happens for a token that is none. */
  end(token: string): Promise<void>;
}

/** The key of sessions: bound to the password as well, so that a new password ends them. */
export const sessionKeyOf = (base: string, password: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', base, password, 'keyledger gateway session v1', 32));

const sign = async (key: Uint8Array, session: Session): Promise<SignedSession> => ({
  session,
  token: await new SignJWT({ auth_time: session.authenticatedAt })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setSubject(session.username)
    .setJti(session.id)
    .setIssuedAt(session.issuedAt)
    .setExpirationTime(session.expiresAt)
    .sign(key),
});

const verified = async (key: Uint8Array, token: string, currentDate: Date): Promise<Session | undefined> => {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: ISSUER,
      currentDate,
      requiredClaims: ['sub', 'jti', 'iat', 'exp', 'auth_time'],
    });
    return {
      id: String(payload.jti),
      username: String(payload.sub),
      authenticatedAt: Number(payload['auth_time']),
      issuedAt: Number(payload.iat),
      expiresAt: Number(payload.exp),
    };
  } catch {
    return undefined; // whatever is wrong with it: the browser is not signed in
  }
};

/** A token lives for an hour and is renewed in use, for twelve hours after the sign-in at most. */
export const sessionsWith = (key: Uint8Array, clock: Clock, register: SessionRegister): Sessions => {
  const now = (): number => Math.floor(clock().getTime() / 1000);
  return {
    start: async (username) => {
      const times = { authenticatedAt: now(), issuedAt: now(), expiresAt: now() + LIFETIME_S };
      const session = { id: randomUUID(), username, ...times };
      await register.begin(session.id);
      return sign(key, session);
    },
    read: async (token) => {
      const session = await verified(key, token, clock());
      return session !== undefined && (await register.isOpen(session.id)) ? session : undefined;
    },
    end: async (token) => {
      const session = await verified(key, token, clock());
      if (session !== undefined) await register.end(session.id);
    },
    renew: async (session) => {
      const end = session.authenticatedAt + MAX_AGE_S;
      if (now() - session.issuedAt < RENEW_AFTER_S || session.expiresAt >= end) return undefined;
      return sign(key, { ...session, issuedAt: now(), expiresAt: Math.min(now() + LIFETIME_S, end) });
    },
  };
};
