import {
  GetBulkRevocation,
  GetLease,
  leaseOperations,
  type LeaseView,
  ListCustodianTasks,
  ListLeases,
  PreviewLeaseRevocation,
  RevokeLeases,
} from '@keyledger/contracts-vault';
import type { MessageContext } from '@keyledger/messaging';
import type { InMemoryRequestReply } from '@keyledger/messaging/testing';

const DIGEST = 'd1'.repeat(32);
const BULK_ID = '01930f5e-9200-7c4e-9d5a-2f8f4f0f6d11';

type Command = {
  readonly subject: string;
  readonly refusals: readonly string[];
};

/** The vault as far as the gateway can tell when it answers about leases: notes what it is asked, and answers as told. */
export class FakeLeases {
  readonly received: { readonly name: string; readonly input: unknown; readonly caller: MessageContext }[] = [];
  lease: LeaseView;
  /** What every command is refused with; absent: none is. */
  refusal: string | undefined;

  constructor(lease: LeaseView) {
    this.lease = lease;
  }

  answer(requestReply: InMemoryRequestReply): void {
    const note = (name: string, input: unknown, caller: MessageContext): void =>
      void this.received.push({ name, input, caller });
    const command = (operation: Command & { readonly name: string }, result: () => object): void =>
      requestReply.handle(operation as never, async (input, caller) => {
        note(operation.name, input, caller);
        return this.refusal !== undefined && operation.refusals.includes(this.refusal)
          ? ({ outcome: 'refused', code: this.refusal, message: `It was refused: ${this.refusal}` } as never)
          : ({ outcome: 'accepted', result: result() } as never);
      });
    for (const operation of Object.values(leaseOperations))
      if ('refusals' in operation && operation !== RevokeLeases) command(operation, () => this.lease);
    command(RevokeLeases, () => this.#bulk());
    requestReply.handle(GetLease, async ({ leaseId }) => (leaseId === this.lease.leaseId ? this.lease : null));
    requestReply.handle(ListLeases, async (input, caller) => {
      note('ListLeases', input, caller);
      return { items: [this.lease] };
    });
    requestReply.handle(PreviewLeaseRevocation, async (input, caller) => {
      note('PreviewLeaseRevocation', input, caller);
      return { total: 1, digest: DIGEST, leases: [this.lease] };
    });
    requestReply.handle(GetBulkRevocation, async ({ bulkId }) => (bulkId === BULK_ID ? this.#bulk() : null));
    requestReply.handle(ListCustodianTasks, async () => ({
      items: [{ kind: 'hand-in' as const, lease: this.lease, generation: 1, alias: 'a-g1', instruction: 'By hand' }],
    }));
  }

  #bulk() {
    return {
      bulkId: BULK_ID,
      scope: { team: 'search' },
      reason: 'Dissolved',
      startedBy: 'root',
      startedAt: '2026-11-22T10:00:00.000Z',
      total: 1,
      revoked: 0,
    };
  }
}
