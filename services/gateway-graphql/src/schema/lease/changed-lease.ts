import type { LeaseView } from '@keyledger/contracts-vault';
import type { CommandReply } from '@keyledger/messaging';
import { builder } from '../../builder.ts';
import type { GatewayContext } from '../../context.ts';
import { InvalidInput } from '../../errors/invalid-input.ts';
import type { RefusalCode } from '../../errors/refusal-codes.ts';
import { refusalClasses, resultOf } from '../../errors/refusals.ts';
import { leaseSource, type LeaseSource } from '../sources.ts';
import { LeaseType } from './lease.type.ts';

interface ChangedLease {
  readonly lease: LeaseSource;
}

export const changedLeaseType = (name: string, description: string) =>
  builder.objectRef<ChangedLease>(name).implement({
    description,
    fields: (t) => ({ lease: t.expose('lease', { type: LeaseType, description: 'The lease as it is now.' }) }),
  });

export const changedLease = (
  reply: CommandReply<LeaseView, RefusalCode>,
  { reader }: GatewayContext,
): ChangedLease => ({ lease: leaseSource(resultOf(reply).result, reader) });

/** What whoever looks after a lease can meet. */
export const custodyErrors = [InvalidInput, refusalClasses['lease-not-found'], refusalClasses['not-permitted']];

/** What whoever changes a live key can meet besides. */
export const changeErrors = [
  ...custodyErrors,
  refusalClasses['lease-not-issued'],
  refusalClasses['lease-ended'],
  refusalClasses['change-in-progress'],
  refusalClasses['not-supported-by-issuer'],
];

export const leaseIdDescription = 'Global id or UUID of the lease.';

export const reasonDescription = 'Why; up to 500 characters. Recorded.';

export const idempotencyKeyDescription =
  'Chosen by the client: the same key with the same wish again is the same command, and changes nothing more.';
