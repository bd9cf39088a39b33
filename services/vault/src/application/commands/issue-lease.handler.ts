import { IssueLease } from '@keyledger/contracts-vault';
import { commandHandler, deriveId } from '@keyledger/event-sourcing';
import { type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import type { Lease } from '../../domain/lease/lease.state.ts';
import { CHECKOUT, type LeaseTerms } from '../../domain/lease/lease.terms.ts';
import { boundsFor } from '../../domain/policies/issuing-bounds.policy.ts';
import { excessOf } from '../../domain/policies/issuing-excess.policy.ts';
import { termsOf } from '../../domain/policies/issuing-limits.policy.ts';
import { leaseDenial } from '../../domain/policies/lease-custody.policy.ts';
import type { SecretSealer } from '../ports/secret-sealer.port.ts';
import type { ChangeLeaseDeps } from './change-lease.handlers.ts';
import { answerWith, contextFor, workOn } from './lease-change.ts';
import { leaseRefusal } from './lease-refusals.ts';

export interface IssueLeaseDeps extends ChangeLeaseDeps {
  readonly sealer: SecretSealer;
}

/** Bounds may have changed since the first time: who shall hold a key to what is what must be the same. */
const isSameLease = (state: Lease, { issuer, owner, modelIds }: LeaseTerms): boolean =>
  state.status !== 'absent' &&
  state.terms.issuer === issuer &&
  state.terms.owner === owner &&
  JSON.stringify(state.terms.modelIds) === JSON.stringify(modelIds);

/** Issues a key that nobody requested; its owner checks it out. */
export const issueLeaseHandler =
  (deps: IssueLeaseDeps) =>
  async (
    { idempotencyKey, issuer: name, ...wanted }: InputOf<typeof IssueLease>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof IssueLease>> => {
    const actor = toActor(caller.principal);
    const denial = leaseDenial(actor, 'issue');
    if (denial !== undefined) return leaseRefusal(denial, IssueLease);
    deps.sealer.assertUnsealed();
    const { issuers, limits, clock, eventStore } = deps;
    const issuer = name === undefined ? issuers.issuerFor(wanted.modelIds[0] ?? '') : issuers.find(name);
    if (issuer === undefined) return leaseRefusal('issuer-not-found', IssueLease);
    const excess = excessOf(wanted, boundsFor(limits, issuer.name, wanted.modelIds));
    if (excess.length > 0) return leaseRefusal('exceeds-limits', IssueLease, excess.join('. '));
    const terms = termsOf({ ...wanted, issuer: issuer.name, delivery: { channel: CHECKOUT } }, limits) as LeaseTerms;
    const leaseId = deriveId('issued-lease', actor.id, idempotencyKey ?? caller.messageId);
    const context = contextFor({ leaseId, terms }, caller, clock);
    const command = { type: 'StartLease', data: { leaseId, terms, now: clock().toISOString() } } as const;
    const handled = await commandHandler(eventStore, leases)(leaseId, command, context);
    if (handled.outcome === 'refused') return leaseRefusal(handled.code, IssueLease);
    if (!isSameLease(handled.state, terms)) return leaseRefusal('lease-exists', IssueLease);
    await workOn(deps, leaseId, context);
    return answerWith(deps, leaseId, handled.outcome === 'ignored' ? handled.because : undefined);
  };
