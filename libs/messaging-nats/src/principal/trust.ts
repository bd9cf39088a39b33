import { applicationPrincipal, type Principal, servicePrincipal } from '@keyledger/messaging';

const isExactly = (principal: Principal, expected: Principal): boolean =>
  principal.kind === expected.kind &&
  principal.id === expected.id &&
  principal.proof === expected.proof &&
  principal.requestId === undefined &&
  principal.roles.join() === expected.roles.join();

const isItself = (service: string, principal: Principal): boolean => isExactly(principal, servicePrincipal(service));

const isPerson = ({ kind, roles, proof }: Principal): boolean =>
  kind !== 'service' && !roles.includes('service') && proof !== 'service' && proof !== 'service-token';

/** Without a role, under the id of its token. */
const isApplication = (principal: Principal): boolean =>
  isExactly(principal, applicationPrincipal(principal.id.slice(principal.id.indexOf(':') + 1)));

/**
 * The gateway authenticates people and applications and speaks for them; every service speaks for itself and for nobody
 * else.
 */
export const maySpeakFor = (service: string, principal: Principal): boolean =>
  isItself(service, principal) || (service === 'gateway' && (isPerson(principal) || isApplication(principal)));
