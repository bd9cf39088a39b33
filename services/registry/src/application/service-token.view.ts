import type { ServiceTokenView } from '@keyledger/contracts-registry';
import type { IssuedServiceToken } from '../domain/service-token/service-token.decider.ts';

/** What may be seen of a token: not its digest. */
export const serviceTokenView = ({
  serviceTokenId,
  name,
  issuedAt,
  expiresAt,
  revokedAt,
}: IssuedServiceToken): ServiceTokenView => ({
  serviceTokenId,
  name,
  issuedAt,
  ...(expiresAt === undefined ? {} : { expiresAt }),
  ...(revokedAt === undefined ? {} : { revokedAt }),
});
