import { type Principal, servicePrincipal } from '@keyledger/messaging';

const isItself = (service: string, principal: Principal): boolean => {
  const self = servicePrincipal(service);
  return (
    principal.kind === self.kind &&
    principal.id === self.id &&
    principal.proof === self.proof &&
    principal.requestId === undefined &&
    principal.roles.length === 1 &&
    principal.roles[0] === 'service'
  );
};

const isPerson = ({ kind, roles, proof }: Principal): boolean =>
  kind !== 'service' && !roles.includes('service') && proof !== 'service';

/** The gateway authenticates people and speaks for them; every service speaks for itself and for nobody else. */
export const maySpeakFor = (service: string, principal: Principal): boolean =>
  isItself(service, principal) || (service === 'gateway' && isPerson(principal));
