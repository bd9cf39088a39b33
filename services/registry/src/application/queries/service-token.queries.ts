import type { ListServiceTokens, ServiceTokenView, VerifyServiceToken } from '@keyledger/contracts-registry';
import { AppError } from '@keyledger/errors';
import { type Clock, type EventStore, loadStream } from '@keyledger/event-sourcing';
import { hasRole, type InputOf, type Page, type Principal } from '@keyledger/messaging';
import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { isExpired, type IssuedServiceToken, serviceToken } from '../../domain/service-token/service-token.decider.ts';
import type { ServiceTokenList } from '../ports/service-token-list.port.ts';
import { serviceTokenView } from '../service-token.view.ts';

const isGateway = ({ kind, id, proof }: Principal): boolean =>
  kind === 'service' && id === 'service:gateway' && proof === 'service';

const isSame = (digest: string, other: string): boolean =>
  digest.length === other.length && timingSafeEqual(Buffer.from(digest), Buffer.from(other));

const expired = ({ expiresAt = '' }: IssuedServiceToken): AppError =>
  new AppError('unauthenticated', 'The time of this service token is over', {
    detail: { reason: 'service-token-expired', expiredAt: expiresAt },
  });

const decodeCursor = (text: string): string => {
  const parsed = z.uuid().safeParse(text);
  if (!parsed.success) throw new AppError('malformed', 'The cursor does not come from this list');
  return parsed.data;
};

export const serviceTokenQueries = (eventStore: EventStore, tokens: ServiceTokenList, clock: Clock) => ({
  verify: async (
    { serviceTokenId, digest }: InputOf<typeof VerifyServiceToken>,
    principal: Principal,
  ): Promise<ServiceTokenView | null> => {
    if (!isGateway(principal)) throw new AppError('forbidden', 'Service tokens are verified for the gateway alone');
    const { state } = await loadStream(eventStore, serviceToken, serviceTokenId);
    if (state.status !== 'issued' || !isSame(state.digest, digest)) return null;
    if (isExpired(state, clock())) throw expired(state);
    return serviceTokenView(state);
  },

  list: async (
    { first, after }: InputOf<typeof ListServiceTokens>,
    principal: Principal,
  ): Promise<Page<ServiceTokenView>> => {
    if (!hasRole(principal, 'admin', 'auditor'))
      throw new AppError('forbidden', 'Service tokens are listed to administrators and auditors');
    const found = await tokens.page(first + 1, after === undefined ? undefined : decodeCursor(after));
    const items = found.slice(0, first);
    const last = items.at(-1);
    return { items, ...(found.length > first && last !== undefined ? { next: last.serviceTokenId } : {}) };
  },
});
