import { KeyRequestApproved } from '@keyledger/contracts-approval';
import { AppError } from '@keyledger/errors';
import { type Clock, commandHandler, type EventStore } from '@keyledger/event-sourcing';
import { asEvent, type EventReactor, reactionContextOf } from '@keyledger/messaging';
import type { IssuingLimits } from '../../domain/policies/issuing-bounds.policy.ts';
import { termsOf } from '../../domain/policies/issuing-limits.policy.ts';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import { leaseIdOf } from '../lease-of-request.ts';
import { type Issuers, issuerUnavailable } from '../ports/issuer.port.ts';
import type { SecretSealer } from '../ports/secret-sealer.port.ts';
import type { AdvanceLease } from '../processes/lease.runner.ts';

const NAME = 'issue-lease-when-key-request-approved';

export interface IssueLeaseReactorDeps {
  readonly eventStore: EventStore;
  readonly sealer: SecretSealer;
  readonly advanceLease: AdvanceLease;
  readonly issuers: Issuers;
  readonly limits: IssuingLimits;
  readonly clock: Clock;
}

/** Records the intent, then issues. A sealed vault does neither; the event comes again. */
export const issueLeaseWhenKeyRequestApproved = (deps: IssueLeaseReactorDeps): EventReactor => ({
  name: NAME,
  handles: [KeyRequestApproved],
  react: async (event) => {
    const approved = asEvent(KeyRequestApproved, event);
    if (approved === undefined) return;
    deps.sealer.assertUnsealed();
    const { requestId, email, modelId, duration, budget, delivery } = approved.data;
    const issuer = deps.issuers.issuerFor(modelId)?.name;
    if (issuer === undefined) throw issuerUnavailable(`No issuer is configured for the model ${modelId}`);
    const leaseId = leaseIdOf(requestId);
    const context = reactionContextOf(event, 'vault', NAME, deps.clock());
    const terms = termsOf(
      { requestId, issuer, owner: email, modelIds: [modelId], duration, budget, delivery },
      deps.limits,
    );
    const now = deps.clock().toISOString();
    await commandHandler(deps.eventStore, leases)(
      leaseId,
      { type: 'StartLease', data: { leaseId, terms, now } },
      context,
    );
    if ((await deps.advanceLease(leaseId, context)) === undefined) throw issuedElsewhere();
  },
});

/** The other replica may die at it; the event must come again until the lease is seen at rest. */
export const issuedElsewhere = (): AppError =>
  new AppError('unavailable', 'Another replica is issuing this lease', { retryAfterMs: 1_000 });
