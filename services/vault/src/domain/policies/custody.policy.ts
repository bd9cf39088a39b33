import type { Actor } from '@keyledger/event-sourcing';

/** Proofs of an identity itself; a typed address or the code of one request are none. */
const PROOFS = ['basic', 'session'];

/** True for a person who has proven to be who they say, and holds the role where one is asked for. */
export const hasProven = ({ kind, proof, roles }: Actor, role?: string): boolean =>
  kind === 'user' && PROOFS.includes(proof) && (role === undefined || roles.includes(role));

export const isService = ({ kind, id, proof }: Actor, service: string): boolean =>
  kind === 'service' && id === `service:${service}` && proof === 'service';

/** The id of the service token with which an application has signed in. */
export const serviceTokenOf = ({ kind, id, proof }: Actor): string | undefined =>
  kind === 'service' && proof === 'service-token' ? /^service-token:(.+)$/.exec(id)?.[1] : undefined;

/** Who may replace, restore and shred secrets of this owner: the owner, and administrators for everybody. */
export const mayManage = (caller: Actor, owner: string): boolean =>
  hasProven(caller, 'admin') || (hasProven(caller) && caller.id === owner);

/** Who may shred versions that are kept no longer: who may manage the secret, and the vault itself, which does so in time. */
export const mayShredExpired = (caller: Actor, owner: string): boolean =>
  mayManage(caller, owner) || isService(caller, 'vault');

/** Who may hand in a new secret: who may manage it, and the vault itself, when an operator imports keys. */
export const maySubmit = (caller: Actor, owner: string): boolean =>
  mayManage(caller, owner) || isService(caller, 'vault');
