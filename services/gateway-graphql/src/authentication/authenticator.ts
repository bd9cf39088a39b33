import { AppError, isAppError } from '@keyledger/errors';
import { applicationPrincipal } from '@keyledger/messaging';
import type { Logger } from '@keyledger/telemetry';
import { signInFailed } from '../telemetry-events.ts';
import type { AdminCredential } from './admin-credential.ts';
import { administrator, type Caller } from './caller.ts';
import type { LoginLimiter } from './login-limiter.ts';
import { presentedServiceToken, type ServiceTokenProof } from './service-token.ts';
import type { SessionCookie } from './session-cookie.ts';
import type { Session, Sessions, SignedSession } from './sessions.ts';

export interface AuthenticatorDeps {
  readonly credential: AdminCredential;
  readonly sessions: Sessions;
  readonly cookie: SessionCookie;
  readonly limiter: LoginLimiter;
  /**
   * Whether the registry knows this token and nobody has revoked it; throws `unauthenticated` for one whose time is over.
   * Asked each time, so that a revocation counts at once.
   */
  readonly isServiceToken: (proof: ServiceTokenProof) => Promise<boolean>;
  readonly logger: Logger;
}

export interface PresentedProof {
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  /** Address of the client, for the limit of failures. */
  readonly address: string;
}

export interface Authentication {
  readonly caller: Caller;
  /** A `Set-Cookie` value that prolongs the session in use. */
  readonly setCookie?: string;
}

export interface Authenticator {
  /**
   * Throws `unauthenticated` for wrong Basic credentials or a wrong service token, and `unavailable` when a token cannot be
   * verified; without any proof the caller is a visitor.
   */
  authenticate(proof: PresentedProof): Promise<Authentication>;
  /** Checks a name and password; throws `unauthenticated`, and `rate-limited` after too many mistakes. */
  verify(username: string, password: string, address: string): void;
  startSession(username: string): Promise<SignedSession>;
  /** Ends the session of a `Cookie` header, if there is one in it. Throws `unavailable` when that cannot be done. */
  endSession(cookie: string | undefined): Promise<void>;
}

/** Name and password of an `Authorization: Basic` header; `undefined` when it is none. */
export const basicCredentials = (header: string | undefined): { username: string; password: string } | undefined => {
  const encoded = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(header?.trim() ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
};

const inSession = (session: Session): Caller => ({
  kind: 'administrator',
  principal: administrator(session.username, 'session'),
  session: { id: session.id, endsAt: session.expiresAt },
});

export const authenticatorWith = (deps: AuthenticatorDeps): Authenticator => {
  const { credential, sessions, cookie, limiter, isServiceToken, logger } = deps;
  /** Mistakes of one address cost it time; an attempt that is repeated is one mistake. */
  const refuse = (address: string, attempt: string, refusal: AppError): never => {
    limiter.failed(address, attempt);
    signInFailed(logger, address, false);
    throw refusal;
  };
  const admit = (address: string): void => {
    try {
      limiter.check(address);
    } catch (error) {
      signInFailed(logger, address, true);
      throw error;
    }
  };
  const verify: Authenticator['verify'] = (username, password, address) => {
    admit(address);
    if (!credential.verify(username, password))
      refuse(
        address,
        credential.fingerprint(username, password),
        new AppError('unauthenticated', 'Wrong user name or password'),
      );
  };
  const fromServiceToken = async (proof: ServiceTokenProof, address: string): Promise<Authentication> => {
    admit(address);
    const isKnown = await isServiceToken(proof).catch((error: unknown) => {
      if (isAppError(error, 'unauthenticated')) return refuse(address, proof.digest, error);
      throw error;
    });
    if (!isKnown)
      refuse(address, proof.digest, new AppError('unauthenticated', 'This service token is not known, or is revoked'));
    return { caller: { kind: 'application', principal: applicationPrincipal(proof.serviceTokenId) } };
  };
  const fromCookie = async (token: string): Promise<Authentication> => {
    const session = await sessions.read(token);
    if (session === undefined || session.username !== credential.username) return { caller: { kind: 'visitor' } };
    const renewed = await sessions.renew(session);
    return renewed === undefined
      ? { caller: inSession(session) }
      : {
          caller: inSession(renewed.session),
          setCookie: cookie.set(renewed.token, renewed.session.expiresAt - renewed.session.issuedAt),
        };
  };
  return {
    verify,
    startSession: (username) => sessions.start(username),
    endSession: async (header) => {
      const token = cookie.valueIn(header);
      if (token !== undefined) await sessions.end(token);
    },
    authenticate: async ({ authorization, cookie: header, address }) => {
      if (authorization !== undefined) {
        const serviceToken = presentedServiceToken(authorization);
        if (serviceToken !== undefined) return fromServiceToken(serviceToken, address);
        const basic = basicCredentials(authorization);
        if (basic === undefined)
          throw new AppError(
            'unauthenticated',
            'Expected HTTP Basic credentials or a service token in the Authorization header',
          );
        verify(basic.username, basic.password, address);
        return { caller: { kind: 'administrator', principal: administrator(basic.username, 'basic') } };
      }
      const token = cookie.valueIn(header);
      return token === undefined ? { caller: { kind: 'visitor' } } : fromCookie(token);
    },
  };
};
