import { AppError } from '@keyledger/errors';
import { type Clock, systemClock } from '@keyledger/event-sourcing';
import type { MessageBinding, PrincipalVerifier } from '@keyledger/messaging';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { readTrust } from './key-files.ts';
import {
  ALGORITHM,
  bindingClaims,
  type Claims,
  claimsSchema,
  CLOCK_TOLERANCE_SECONDS,
  LIFETIME_SECONDS,
  TOKEN_TYPE,
} from './principal-token.ts';
import { maySpeakFor } from './trust.ts';

export type JoseVerifierOptions = { readonly clock?: Clock } & (
  { readonly trust: JSONWebKeySet } | { readonly trustFile: string }
);

const unauthenticated = (text: string, cause?: unknown): AppError =>
  new AppError('unauthenticated', text, cause === undefined ? {} : { cause });

const isBoundTo = (claims: Claims, binding: MessageBinding): boolean => {
  const expected = bindingClaims(binding);
  return claims.subject === expected.subject && claims.jti === expected.jti && claims.body === expected.body;
};

/** Verifies against the public keys of all services; `kid` is the name of the service that signs with the key. */
export const joseVerifier = (options: JoseVerifierOptions): PrincipalVerifier => {
  const { clock = systemClock } = options;
  const keys = createLocalJWKSet('trust' in options ? options.trust : readTrust(options.trustFile));

  const verified = async (token: string): Promise<{ claims: unknown; signer: string | undefined }> => {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        algorithms: [ALGORITHM],
        typ: TOKEN_TYPE,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        // Whatever end the signer gave it.
        maxTokenAge: LIFETIME_SECONDS,
        currentDate: clock(),
      });
      return { claims: payload, signer: protectedHeader.kid };
    } catch (error) {
      throw unauthenticated('The principal token does not verify', error);
    }
  };

  return {
    verify: async (token, binding) => {
      if (token === undefined) throw unauthenticated('The message carries no principal token');
      const { claims, signer } = await verified(token);
      const parsed = claimsSchema.safeParse(claims);
      // Without a `kid` the key set would answer with its only key of the type, whoever owns it.
      if (!parsed.success || signer === undefined || parsed.data.iss !== signer)
        throw unauthenticated('The principal token does not have the agreed claims');
      if (!isBoundTo(parsed.data, binding)) throw unauthenticated('The principal token belongs to another message');
      const { principal } = parsed.data;
      if (!maySpeakFor(signer, principal)) throw unauthenticated(`Service ${signer} may not speak for this principal`);
      return principal;
    },
  };
};
