import type { Actor } from '@keyledger/event-sourcing';
import { z } from 'zod';

const roles = ['member', 'reviewer', 'admin', 'auditor', 'service'] as const;

export type Role = (typeof roles)[number];

/**
 * How an identity was proven. `address` is the weakest: somebody typed the e-mail address. `claim-code` proves that
 * somebody holds the code shown when one request was submitted, and speaks for that request only. `service-token` proves
 * that an application holds a token that an administrator issued; by itself that allows nothing.
 */
const proofs = ['address', 'claim-code', 'basic', 'session', 'service', 'service-token'] as const;

export const principalSchema = z
  .strictObject({
    kind: z.enum(['user', 'service', 'anonymous']),
    id: z.string().min(1).max(320),
    roles: z.array(z.enum(roles)),
    proof: z.enum(proofs),
    /** With `claim-code`: the one request that it speaks for. */
    requestId: z.uuid().optional(),
  })
  .readonly();

/** Who asks. Travels signed with every command and query; the owning service decides what it may do. */
export type Principal = z.infer<typeof principalSchema>;

/**
 * True when the proof speaks for a person or service as such. An address that somebody typed and the code of one request
 * prove too little for anything that a role allows; a proof that this code does not know proves nothing.
 */
export const isProven = ({ proof }: Principal): boolean =>
  proof === 'basic' || proof === 'session' || proof === 'service';

/** True for a proven principal that holds one of the roles. */
export const hasRole = (principal: Principal, ...wanted: readonly Role[]): boolean =>
  isProven(principal) && wanted.some((role) => principal.roles.includes(role));

/** A service acting by itself, for example a reactor. */
export const servicePrincipal = (service: string): Principal => ({
  kind: 'service',
  id: `service:${service}`,
  roles: ['service'],
  proof: 'service',
});

/** An application that signed in with a service token. It holds no role: what it may do is granted to it by name. */
export const applicationPrincipal = (serviceTokenId: string): Principal => ({
  kind: 'service',
  id: `service-token:${serviceTokenId}`,
  roles: [],
  proof: 'service-token',
});

/** Who did it, as events keep it: with the roles and the proof of that moment. */
export const toActor = ({ kind, id, proof, roles: held }: Principal): Actor => ({ kind, id, proof, roles: held });

/** What a signature covers besides the principal, so that a token cannot be moved to another message. */
export interface MessageBinding {
  readonly subject: string;
  readonly messageId: string;
  /** The decoded JSON body of the message. */
  readonly body: unknown;
}

/** Signs principals in the name of one service. */
export interface PrincipalSigner {
  /** A compact token, valid for a short time and for this message only. */
  sign(principal: Principal, binding: MessageBinding): Promise<string>;
}

/** Every service checks for itself. */
export interface PrincipalVerifier {
  /**
   * Throws `unauthenticated` when the token is missing, expired, altered, bound to another message, or signed by a
   * service that may not speak for that principal: the gateway speaks for users, each service only for itself.
   */
  verify(token: string | undefined, binding: MessageBinding): Promise<Principal>;
}
