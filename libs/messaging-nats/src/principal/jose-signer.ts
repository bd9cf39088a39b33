import { AppError } from '@keyledger/errors';
import { type Clock, systemClock } from '@keyledger/event-sourcing';
import type { PrincipalSigner, ServiceName } from '@keyledger/messaging';
import { importJWK, type JWK, SignJWT } from 'jose';
import { readPrivateKey } from './key-files.ts';
import { ALGORITHM, bindingClaims, LIFETIME_SECONDS, TOKEN_TYPE } from './principal-token.ts';
import { maySpeakFor } from './trust.ts';

export type JoseSignerOptions = {
  readonly service: ServiceName;
  readonly clock?: Clock;
} & ({ readonly jwk: JWK } | { readonly privateKeyFile: string });

/** Signs with the Ed25519 key of one service. Throws at once when the key file cannot be read. */
export const joseSigner = (options: JoseSignerOptions): PrincipalSigner => {
  const { service, clock = systemClock } = options;
  const key = importJWK('jwk' in options ? options.jwk : readPrivateKey(options.privateKeyFile, service), ALGORITHM);
  key.catch(() => undefined);
  return {
    sign: async (principal, binding) => {
      if (!maySpeakFor(service, principal))
        throw new AppError('forbidden', `Service ${service} may not speak for a principal of kind ${principal.kind}`);
      const issuedAt = Math.floor(clock().getTime() / 1000);
      return new SignJWT({ ...bindingClaims(binding), principal })
        .setProtectedHeader({ alg: ALGORITHM, kid: service, typ: TOKEN_TYPE })
        .setIssuer(service)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + LIFETIME_SECONDS)
        .sign(await key);
    },
  };
};
