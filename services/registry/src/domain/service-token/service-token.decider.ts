import { accept, type Decision, ignore, refuse, type StreamCategory } from '@keyledger/event-sourcing';
import {
  serviceTokenCodec,
  type ServiceTokenCommand,
  type ServiceTokenEvent,
  type ServiceTokenRefusal,
} from './service-token.messages.ts';

export interface IssuedServiceToken {
  readonly status: 'issued' | 'revoked';
  readonly serviceTokenId: string;
  readonly name: string;
  readonly digest: string;
  readonly issuedAt: string;
  readonly revokedAt?: string;
}

export type ServiceToken = Readonly<{ status: 'absent' }> | IssuedServiceToken;

const evolve = (state: ServiceToken, { type, data }: ServiceTokenEvent): ServiceToken => {
  if (type === 'ServiceTokenIssued') return { status: 'issued', ...data };
  return state.status === 'absent' ? state : { ...state, status: 'revoked', revokedAt: data.revokedAt };
};

const decide = (
  command: ServiceTokenCommand,
  state: ServiceToken,
): Decision<ServiceTokenEvent, ServiceTokenRefusal> => {
  const { serviceTokenId, isAdministrator, now } = command.data;
  if (!isAdministrator) return refuse('not-an-administrator');
  if (command.type === 'IssueServiceToken') {
    const { name, digest } = command.data;
    if (state.status === 'absent')
      return accept({ type: 'ServiceTokenIssued', data: { serviceTokenId, name, digest, issuedAt: now } });
    return state.digest === digest ? ignore('this token is issued already') : refuse('service-token-exists');
  }
  if (state.status === 'absent') return refuse('service-token-not-found');
  if (state.status === 'revoked') return ignore('this token is revoked already');
  return accept({ type: 'ServiceTokenRevoked', data: { serviceTokenId, revokedAt: now } });
};

/** What lets an application sign in; one stream for each token. */
export const serviceToken: StreamCategory<ServiceToken, ServiceTokenCommand, ServiceTokenEvent, ServiceTokenRefusal> = {
  category: 'serviceToken',
  decider: { initialState: { status: 'absent' }, evolve, decide },
  codec: serviceTokenCodec,
};
