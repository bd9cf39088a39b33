import type { StreamCategory } from '@keyledger/event-sourcing';
import { decideChange } from './lease.changes.ts';
import type { LeaseDecision } from './lease.decision.ts';
import { decideEnding } from './lease.ending.ts';
import { evolve } from './lease.evolution.ts';
import { decideIssuing } from './lease.issuing.ts';
import { leaseCodec, type LeaseCommand, type LeaseEvent, type LeaseRefusal } from './lease.messages.ts';
import { decideRotation } from './lease.rotation.ts';
import { initialState, type Lease } from './lease.state.ts';

const decide = (command: LeaseCommand, state: Lease): LeaseDecision => {
  switch (command.type) {
    case 'RenewLease':
    case 'ChangeLeaseLimits':
    case 'SuspendLease':
    case 'ResumeLease':
    case 'RecordLeaseChanged':
    case 'RecordChangeFailed':
      return decideChange(command, state);
    case 'RotateLease':
    case 'RecordBudgetCarriedOver':
    case 'RecordRotationDelivered':
    case 'RetireKey':
    case 'RecordKeyRetired':
      return decideRotation(command, state);
    case 'RevokeLease':
    case 'ExpireLease':
    case 'RecordEndingDelayed':
    case 'RecordKeyEndRequested':
    case 'ConfirmKeyEnded':
    case 'FinishEnding':
      return decideEnding(command, state);
    default:
      return decideIssuing(command, state);
  }
};

/** One stream per lease: a key at an issuer and its successors, from the intent to the end. */
export const lease: StreamCategory<Lease, LeaseCommand, LeaseEvent, LeaseRefusal> = {
  category: 'lease',
  decider: { initialState, evolve, decide },
  codec: leaseCodec,
};
