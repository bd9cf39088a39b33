import { type PreviewLeaseRevocation, RevokeLeases } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { type Clock, commandHandler, deriveId, type EventStore } from '@keyledger/event-sourcing';
import {
  commandContextOf,
  type InputOf,
  type MessageContext,
  type Principal,
  type ReplyOf,
  toActor,
} from '@keyledger/messaging';
import { bulkRevocation } from '../../domain/bulk-revocation/bulk-revocation.decider.ts';
import { hasProven } from '../../domain/policies/custody.policy.ts';
import type { LeaseReader } from '../ports/lease-table.port.ts';
import { bulkRevocationViewOf } from '../queries/bulk-revocation.query.ts';
import { leaseViewOf } from '../queries/lease-view.ts';
import { revocationSet } from '../revocation-set.ts';
import { leaseRefusal } from './lease-refusals.ts';

export interface RevokeLeasesDeps {
  readonly eventStore: EventStore;
  readonly leases: LeaseReader;
  readonly clock: Clock;
}

export const leaseRevocationPreview =
  (leases: LeaseReader) =>
  async (
    { scope, first }: InputOf<typeof PreviewLeaseRevocation>,
    principal: Principal,
  ): Promise<ReplyOf<typeof PreviewLeaseRevocation>> => {
    if (!hasProven(toActor(principal), 'admin'))
      throw new AppError('forbidden', 'Only administrators revoke leases together');
    const { leaseIds, digest, shown } = await revocationSet(leases, scope, first);
    return { total: leaseIds.length, digest, leases: shown.map(({ lease }) => leaseViewOf(lease)) };
  };

/** Fixes the set; its leases are revoked by whoever takes the stream up, see `bulk-revocation.runner.ts`. */
export const revokeLeasesHandler =
  ({ eventStore, leases, clock }: RevokeLeasesDeps) =>
  async (
    { scope, digest: expectedDigest, reason, idempotencyKey }: InputOf<typeof RevokeLeases>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof RevokeLeases>> => {
    const actor = toActor(caller.principal);
    if (!hasProven(actor, 'admin')) return leaseRefusal('not-permitted', RevokeLeases);
    const { leaseIds, digest } = await revocationSet(leases, scope);
    // The same key with another set is another command: nobody believes that its leases are revoked.
    const wish = JSON.stringify([scope, expectedDigest]);
    const bulkId = deriveId('bulk-revocation', actor.id, idempotencyKey ?? caller.messageId, wish);
    const set = { scope, leaseIds, digest, expectedDigest };
    const data = { bulkId, ...set, reason, startedBy: actor.id, now: clock().toISOString() };
    const command = { type: 'StartBulkRevocation', data } as const;
    const handled = await commandHandler(eventStore, bulkRevocation)(
      bulkId,
      command,
      commandContextOf(caller, clock()),
    );
    if (handled.outcome === 'refused') return leaseRefusal(handled.code, RevokeLeases);
    if (handled.state.status === 'absent') throw new Error('A bulk revocation that was just started is not there');
    const result = bulkRevocationViewOf(handled.state);
    return handled.outcome === 'ignored'
      ? { outcome: 'ignored', because: handled.because, result }
      : { outcome: 'accepted', result };
  };
