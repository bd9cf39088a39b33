import { accept, type Decision, ignore, refuse, type StreamCategory } from '@keyledger/event-sourcing';
import {
  type IssueServiceToken,
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
  readonly expiresAt?: string | undefined;
  readonly revokedAt?: string;
}

export type ServiceToken = Readonly<{ status: 'absent' }> | IssuedServiceToken;

const evolve = (state: ServiceToken, { type, data }: ServiceTokenEvent): ServiceToken => {
  if (type === 'ServiceTokenIssued') return { status: 'issued', ...data };
  return state.status === 'absent' ? state : { ...state, status: 'revoked', revokedAt: data.revokedAt };
};

/** Its time is over; at that moment already. */
export const isExpired = ({ expiresAt }: Pick<IssuedServiceToken, 'expiresAt'>, now: Date): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime();

type ServiceTokenDecision = Decision<ServiceTokenEvent, ServiceTokenRefusal>;

/** A token for which nobody names an end has the latest one that is allowed. */
const issue = ({ data }: IssueServiceToken): ServiceTokenDecision => {
  const { serviceTokenId, name, digest, longestLifeMs, now } = data;
  const latest = longestLifeMs === undefined ? undefined : new Date(Date.parse(now) + longestLifeMs).toISOString();
  const expiresAt = data.expiresAt ?? latest;
  if (isExpired({ expiresAt }, new Date(now))) return refuse('expiry-in-the-past');
  if (latest !== undefined && Date.parse(expiresAt ?? latest) > Date.parse(latest)) return refuse('exceeds-limits');
  const end = expiresAt === undefined ? {} : { expiresAt };
  return accept({ type: 'ServiceTokenIssued', data: { serviceTokenId, name, digest, issuedAt: now, ...end } });
};

const decide = (command: ServiceTokenCommand, state: ServiceToken): ServiceTokenDecision => {
  const { serviceTokenId, isAdministrator, now } = command.data;
  if (!isAdministrator) return refuse('not-an-administrator');
  if (command.type === 'IssueServiceToken') {
    if (state.status === 'absent') return issue(command);
    return state.digest === command.data.digest
      ? ignore('this token is issued already')
      : refuse('service-token-exists');
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
