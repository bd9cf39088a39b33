import type { BulkRevocationView, GetBulkRevocation } from '@keyledger/contracts-vault';
import { type EventStore, loadStream } from '@keyledger/event-sourcing';
import { hasRole, type InputOf, type Principal } from '@keyledger/messaging';
import { bulkRevocation } from '../../domain/bulk-revocation/bulk-revocation.decider.ts';
import type { StartedBulkRevocation } from '../../domain/bulk-revocation/bulk-revocation.state.ts';

export const bulkRevocationViewOf = (state: StartedBulkRevocation): BulkRevocationView => {
  const { bulkId, scope, reason, startedBy, startedAt, leaseIds, revoked, completedAt } = state;
  return {
    bulkId,
    scope,
    reason,
    startedBy,
    startedAt,
    total: leaseIds.length,
    revoked,
    ...(completedAt === undefined ? {} : { completedAt }),
  };
};

/** Folds the stream. `null`: not there, or not for this principal. */
export const bulkRevocationQuery =
  (eventStore: EventStore) =>
  async ({ bulkId }: InputOf<typeof GetBulkRevocation>, principal: Principal): Promise<BulkRevocationView | null> => {
    if (!hasRole(principal, 'admin', 'auditor')) return null;
    const { state } = await loadStream(eventStore, bulkRevocation, bulkId);
    return state.status === 'absent' ? null : bulkRevocationViewOf(state);
  };
