import type { Clock } from '@keyledger/event-sourcing';
import type { Principal } from '@keyledger/messaging';
import { proveClaim, signInFirst } from './application/claim-access.ts';
import type { SystemHealth } from './application/component-health.ts';
import type { EventFeed } from './application/ports/event-feed.port.ts';
import type { SessionRegister } from './application/ports/session-register.port.ts';
import type { OpenRecipient } from './application/ports/recipient.port.ts';
import type { SealSubmission } from './application/ports/submission.port.ts';
import { type Reader, readerFor } from './application/reader.ts';
import { type Asker, askAs } from './application/asker.ts';
import type { Services } from './application/services.ts';
import type { WakeUpTimes } from './application/wake-ups.ts';
import type { Submitter } from './application/submit-key-request.ts';
import { principalOf } from './authentication/caller.ts';
import type { SubmissionQuotas } from './limits/submission-quotas.ts';

/** What resolvers need of the process. */
export interface Gateway {
  readonly services: Services;
  readonly submissionQuotas: SubmissionQuotas;
  readonly openRecipient: OpenRecipient;
  readonly sealSubmission: SealSubmission;
  readonly sessionRegister: SessionRegister;
  readonly eventFeed: EventFeed;
  readonly watchTimes: WakeUpTimes;
  readonly stopping: AbortSignal;
  readonly clock: Clock;
  readonly health: () => Promise<SystemHealth>;
}

/** What the resolvers of one operation share. */
export interface GatewayContext extends Gateway, Submitter {
  /** In the name of the caller. */
  readonly reader: Reader;
  /** The caller, if signed in; throws `unauthenticated` for a visitor. */
  signedIn(): Principal;
  asker(principal?: Principal): Asker;
  /** A reader that has read nothing yet. */
  readAs(principal: Principal): Reader;
  /**
   * Who may see this key request: the holder of its claim code, or whoever is signed in. A code is checked once per
   * operation, however many fields give it.
   */
  principalFor(requestId: string, claimCode: string | null | undefined): Promise<Principal>;
}

export const contextOf = (gateway: Gateway, submitter: Submitter): GatewayContext => {
  const { caller, scopeId } = submitter;
  const asker = (principal = principalOf(caller)): Asker => askAs(principal, scopeId);
  const readAs = (principal: Principal): Reader => readerFor(gateway.services, asker(principal));
  const claims = new Map<string, Promise<Principal>>();
  const signedIn = (): Principal => {
    if (caller.kind === 'visitor') throw signInFirst();
    return caller.principal;
  };
  return {
    ...gateway,
    ...submitter,
    reader: readAs(principalOf(caller)),
    signedIn,
    asker,
    readAs,
    principalFor: async (requestId, claimCode) => {
      if (claimCode === null || claimCode === undefined) return signedIn();
      const key = JSON.stringify([requestId, claimCode]);
      const claim = claims.get(key) ?? proveClaim(gateway.services, scopeId, requestId, claimCode);
      claims.set(key, claim);
      return claim;
    },
  };
};
