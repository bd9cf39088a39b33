import { newId } from '@keyledger/event-sourcing';
import type { Issuer } from '../src/application/ports/issuer.port.ts';
import type { LeaseCommand } from '../src/domain/lease/lease.messages.ts';
import { type Approved, approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import type { Outside } from './vault-in-memory.ts';

type DistributiveOmit<Data> = Data extends unknown ? Omit<Data, 'leaseId' | 'now'> : never;

type Wanted<Type extends LeaseCommand['type']> = DistributiveOmit<Extract<LeaseCommand, { type: Type }>['data']>;

type Act = (vault: Replica) => Promise<unknown>;

/** Something that is done to a lease; repeating it, as whoever asked does after a crash, is no second one. */
export interface Deed {
  /** What was done before, undisturbed. */
  readonly before: readonly Act[];
  readonly acts: readonly Act[];
  /** Keys that may be live at the issuer at any moment of it. */
  readonly most: number;
}

export const deedNames = [
  'issue',
  'rotate',
  'rotate with a budget that is partly spent',
  'retire the key before',
  'retire the key before now',
  'revoke',
  'revoke after a rotation',
  'revoke while a successor is made',
  'renew, limit, suspend and resume',
] as const;

export type DeedName = (typeof deedNames)[number];

/** One lease, and everything that can be done to it; `loseNextKey` lets the answer to the next order be lost, `spend` the live keys be used. */
export const deedsIn = (
  outside: Outside<Issuer>,
  loseNextKey: () => void,
  spend: () => void = () => undefined,
): Readonly<{ request: Approved; deeds: Record<DeedName, Deed> }> => {
  const request = approvedRequest();
  const { leaseId } = request;
  const tell =
    <Type extends LeaseCommand['type']>(type: Type, data: Wanted<Type>): Act =>
    (vault) =>
      vault.tell({ type, data: { ...data, leaseId, now: outside.clock().toISOString() } } as unknown as LeaseCommand);
  const issue: Act = (vault) => vault.hear(request.event);
  const rotate = tell('RotateLease', { rotationId: newId(), graceMs: 0, reason: 'Every quarter' });
  const deliver = tell('RecordRotationDelivered', { generation: 2 });
  const retireNow = tell('RetireKey', { generation: 1, reason: 'No mail arrives', orderedBy: 'admin' });
  const revoke = tell('RevokeLease', { reason: 'The project is over' });
  const renew = tell('RenewLease', { changeId: newId(), expiresAt: '2027-06-01T00:00:00.000Z' });
  const limit = tell('ChangeLeaseLimits', { changeId: newId(), limits: { budget: { maxUsd: 7 } } });
  const suspend = tell('SuspendLease', { changeId: newId(), reason: 'Holidays' });
  const resume = tell('ResumeLease', { changeId: newId() });
  const rotateInVain: Act = async (vault) => {
    loseNextKey();
    await rotate(vault).catch(() => undefined);
  };
  return {
    request,
    deeds: {
      issue: { before: [], acts: [issue], most: 1 },
      rotate: { before: [issue], acts: [rotate], most: 2 },
      'rotate with a budget that is partly spent': {
        before: [issue, limit, async () => spend()],
        acts: [rotate, deliver],
        most: 2,
      },
      'retire the key before': { before: [issue, rotate], acts: [deliver], most: 2 },
      'retire the key before now': { before: [issue, rotate], acts: [retireNow], most: 2 },
      revoke: { before: [issue], acts: [revoke], most: 1 },
      'revoke after a rotation': { before: [issue, rotate], acts: [revoke], most: 2 },
      'revoke while a successor is made': { before: [issue, rotateInVain], acts: [revoke], most: 2 },
      'renew, limit, suspend and resume': { before: [issue], acts: [renew, limit, suspend, resume], most: 1 },
    },
  };
};
