import { hasRole, type Principal, type Role } from '@keyledger/messaging';

/** A typed address or the code of one request prove nothing about somebody's place in the organisation. */
export const hasProvenRole = (principal: Principal, ...wanted: readonly Role[]): boolean =>
  ['basic', 'session', 'service'].includes(principal.proof) && hasRole(principal, ...wanted);
