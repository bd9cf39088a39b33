import type { Clock } from '@keyledger/event-sourcing';
import { TooManyRequests } from '../errors/too-many-requests.ts';
import { networkOf } from './client-network.ts';
import type { Quota } from './quota.ts';
import { quotaCounter } from './quota-counter.ts';

export interface SubmissionQuotaOptions {
  readonly clock: Clock;
  readonly perClient: Quota | undefined;
  readonly perEmail: Quota | undefined;
}

/** How often those who are not signed in may ask for keys. */
export interface SubmissionQuotas {
  /** Takes one of each that applies, or throws `TooManyRequests` and takes none. */
  admit(clientAddress: string, email: string): void;
}

/**
 * Part of the quota of an e-mail address that one client may use up. Strangers who ask in somebody's name from one place
 * do not keep that person from asking.
 */
const SHARE_OF_ONE_CLIENT = 1 / 3;

const shareOf = ({ count, windowMs }: Quota): Quota => ({
  count: Math.max(1, Math.floor(count * SHARE_OF_ONE_CLIENT)),
  windowMs,
});

export const submissionQuotas = ({ clock, perClient, perEmail }: SubmissionQuotaOptions): SubmissionQuotas => {
  const counterOf = (quota: Quota | undefined, subject: string) =>
    quota === undefined ? [] : [{ subject, counter: quotaCounter({ quota, clock }) }];
  const clients = counterOf(perClient, 'from this address of the network');
  const shares = counterOf(perEmail && shareOf(perEmail), 'for this e-mail address from here');
  const emails = counterOf(perEmail, 'for this e-mail address');
  return {
    admit: (clientAddress, email) => {
      const client = networkOf(clientAddress);
      const addressee = email.toLowerCase();
      const uses = [
        ...clients.map((limit) => ({ ...limit, key: client })),
        ...shares.map((limit) => ({ ...limit, key: `${client} ${addressee}` })),
        ...emails.map((limit) => ({ ...limit, key: addressee })),
      ];
      for (const { subject, counter, key } of uses) {
        const waitMs = counter.waitMs(key);
        if (waitMs > 0) throw new TooManyRequests(`Too many requests ${subject}; wait and try again`, waitMs);
      }
      for (const { counter, key } of uses) counter.take(key);
    },
  };
};
