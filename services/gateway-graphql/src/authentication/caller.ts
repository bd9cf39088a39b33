import type { Principal } from '@keyledger/messaging';

/** Who made an HTTP request, as far as the request itself proves it. */
export type Caller =
  | { readonly kind: 'visitor' }
  /** Signed in with a service token. */
  | { readonly kind: 'application'; readonly principal: Principal; readonly session?: never }
  | {
      readonly kind: 'administrator';
      readonly principal: Principal;
      /** The browser session, and its end in seconds since the epoch; absent with HTTP Basic. */
      readonly session?: { readonly id: string; readonly endsAt: number };
    };

export const administrator = (username: string, proof: 'basic' | 'session'): Principal => ({
  kind: 'user',
  id: username,
  roles: ['admin', 'reviewer', 'auditor'],
  proof,
});

/** Somebody who has not said who they are; may see what everybody may. */
export const visitor: Principal = { kind: 'anonymous', id: 'anonymous', roles: ['member'], proof: 'address' };

/** Somebody who typed this address. */
export const addressee = (email: string): Principal => ({
  kind: 'anonymous',
  id: email,
  roles: ['member'],
  proof: 'address',
});

/** Somebody who holds the claim code of one request. */
export const claimant = (email: string, requestId: string): Principal => ({
  kind: 'user',
  id: email,
  roles: ['member'],
  proof: 'claim-code',
  requestId,
});

export const principalOf = (caller: Caller): Principal => (caller.kind === 'visitor' ? visitor : caller.principal);
