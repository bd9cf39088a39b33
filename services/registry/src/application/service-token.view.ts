import type { ServiceTokenView } from '@keyledger/contracts-registry';
import type { IssuedServiceToken } from '../domain/service-token/service-token.decider.ts';

/** What may be seen of a token: not its digest. */
export const serviceTokenView = ({
  serviceTokenId,
  name,
  issuedAt,
  revokedAt,
}: IssuedServiceToken): ServiceTokenView => ({
  serviceTokenId,
  name,
  issuedAt,
  ...(revokedAt === undefined ? {} : { revokedAt }),
});
