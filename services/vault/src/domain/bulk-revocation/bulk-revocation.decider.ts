import { accept, type Decision, ignore, refuse, type StreamCategory } from '@keyledger/event-sourcing';
import {
  bulkRevocationCodec,
  type BulkRevocationCommand,
  type BulkRevocationEvent,
  type BulkRevocationRefusal,
  type RecordRevoked,
  type StartBulkRevocation,
} from './bulk-revocation.messages.ts';
import { type BulkRevocation, evolve, initialState } from './bulk-revocation.state.ts';

/** The ids stand in one event. */
export const LARGEST_SET = 10_000;

type BulkRevocationDecision = Decision<BulkRevocationEvent, BulkRevocationRefusal>;

const start = ({ data }: StartBulkRevocation, state: BulkRevocation): BulkRevocationDecision => {
  const { bulkId, scope, leaseIds, digest, expectedDigest, reason, startedBy, now } = data;
  if (state.status !== 'absent') return ignore('these leases are being revoked');
  if (leaseIds.length > LARGEST_SET) return refuse('set-too-large');
  if (digest !== expectedDigest) return refuse('set-changed');
  if (leaseIds.length === 0) return refuse('set-empty');
  return accept({
    type: 'BulkRevocationStarted',
    data: { bulkId, scope, leaseIds: [...leaseIds], reason, startedBy, startedAt: now },
  });
};

const recordRevoked = (
  { data: { bulkId, revoked, now } }: RecordRevoked,
  state: BulkRevocation,
): BulkRevocationDecision => {
  if (state.status === 'absent') return refuse('bulk-revocation-not-found');
  if (revoked <= state.revoked) return ignore('so many are known to be revoked');
  return revoked < state.leaseIds.length
    ? accept({ type: 'BulkRevocationProgressed', data: { bulkId, revoked, progressedAt: now } })
    : accept({
        type: 'BulkRevocationCompleted',
        data: { bulkId, revoked: state.leaseIds.length, completedAt: now },
      });
};

/** One stream per set of leases that are revoked together. */
export const bulkRevocation: StreamCategory<
  BulkRevocation,
  BulkRevocationCommand,
  BulkRevocationEvent,
  BulkRevocationRefusal
> = {
  category: 'bulkRevocation',
  decider: {
    initialState,
    evolve,
    decide: (command, state) =>
      command.type === 'StartBulkRevocation' ? start(command, state) : recordRevoked(command, state),
  },
  codec: bulkRevocationCodec,
};
