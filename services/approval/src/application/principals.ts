import { hasRole, isProven, type Principal } from '@keyledger/messaging';
import { canonicalEmail } from '../domain/key-request/key-request.state.ts';

/** Whoever may submit for an address may also know what is open for it, unless they only typed the address. */
export const mayKnowWhatIsOpen = isProven;

/** Everybody asks for the own address, an administrator for anyone. A claim code speaks for one request, not for more. */
export const maySubmitFor = (principal: Principal, email: string): boolean =>
  hasRole(principal, 'admin') ||
  (principal.proof !== 'claim-code' && canonicalEmail(principal.id) === canonicalEmail(email));

export const mayDecide = (principal: Principal): boolean => hasRole(principal, 'reviewer', 'admin');

export const mayRetry = (principal: Principal): boolean => hasRole(principal, 'admin');

export const mayList = (principal: Principal): boolean => hasRole(principal, 'reviewer', 'admin', 'auditor');

/** The code of a request opens this request; services need any for their own work. */
export const maySee = (principal: Principal, requestId: string): boolean =>
  principal.proof === 'claim-code'
    ? principal.requestId === requestId
    : hasRole(principal, 'reviewer', 'admin', 'auditor', 'service');
