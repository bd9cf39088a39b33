import { isTransient } from '@keyledger/errors';
import type { Clock } from '@keyledger/event-sourcing';
import type { KnownLease } from '../../domain/lease/lease.state.ts';
import type { FailureCause } from '../../domain/lease/lease.terms.ts';
import { type Issuer, IssuerRefused, type Issuers, issuerUnavailable } from '../ports/issuer.port.ts';
import type { IssuedKey } from '../ports/issuer-keys.ts';

export interface Failure {
  readonly cause: FailureCause;
  readonly message: string;
}

export interface Patience {
  readonly clock: Clock;
  /** How long an issuer that does not answer is asked again before it is given up. */
  readonly giveUpAfterMs: number;
}

/** A no of the issuer, or silence for too long, is a failure; any other fault is thrown, to be asked again later. */
export const ask = async <Answer>(
  { clock, giveUpAfterMs }: Patience,
  askedSince: string,
  call: () => Promise<Answer>,
): Promise<{ readonly answer: Answer } | Failure> => {
  try {
    return { answer: await call() };
  } catch (error) {
    if (error instanceof IssuerRefused) return { cause: error.reason, message: error.message };
    const isTimeUp = clock().getTime() - Date.parse(askedSince) > giveUpAfterMs;
    if (!isTransient(error) || !isTimeUp) throw error;
    return { cause: 'issuer-unavailable', message: `No answer in time. ${(error as Error).message}` };
  }
};

/** An issuer that was taken out of the configuration answers as little as one that is away. */
export const issuerOf = (issuers: Issuers, { terms }: Pick<KnownLease, 'terms'>): Issuer => {
  const issuer = issuers.find(terms.issuer);
  if (issuer === undefined) throw issuerUnavailable(`The issuer ${terms.issuer} is not configured`);
  return issuer;
};

/** Whether the issuer has our key; `unknown` when it does not say. */
export const findKey = async (
  issuers: Issuers,
  lease: KnownLease,
  issuerKeyId: string,
): Promise<IssuedKey | 'absent' | 'unknown'> => {
  try {
    return (await issuerOf(issuers, lease).lookup(issuerKeyId)) ?? 'absent';
  } catch (error) {
    if (error instanceof IssuerRefused || isTransient(error)) return 'unknown';
    throw error;
  }
};
