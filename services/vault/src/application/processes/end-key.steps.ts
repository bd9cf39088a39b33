import { isTransient } from '@keyledger/errors';
import type { LeaseStep } from '../../domain/lease/lease.process.ts';
import { keyInMaking, type KnownLease, type LiveLease } from '../../domain/lease/lease.state.ts';
import { type Issuer, issuerUnavailable } from '../ports/issuer.port.ts';
import { ask, issuerOf } from './issuer-answers.ts';
import { type AfterStep, handle, type LeaseStepDeps, nowOf, recordFailed, type StepRun } from './lease-records.ts';

type StepOf<Kind extends LeaseStep['kind']> = Extract<LeaseStep, { kind: Kind }>;

/** Ends a key that must not live. Who waits for a new one does not get it before. */
export const discardKey = async (deps: LeaseStepDeps, run: StepRun, step: StepOf<'discard-key'>): AfterStep => {
  const { lease, discardable } = step;
  const end = () => endKeys(issuerOf(deps.issuers, lease), discardable);
  const making = keyInMaking(lease);
  if (making !== undefined) {
    const asked = await ask(deps, making.attemptedSince, end);
    if ('cause' in asked) return recordFailed(deps, run, { lease, making }, { ...asked, mayExistAtIssuer: false });
    return discarded(deps, run, step, asked.answer);
  }
  const ended = await endedOrDelayed(deps, run, lease, end);
  return ended === 'delayed' ? undefined : discarded(deps, run, step, ended);
};

/** Ends the key before the one that counts. What it has spent is read first, for it is known no longer afterwards. */
export const retireKey = async (deps: LeaseStepDeps, run: StepRun, step: StepOf<'retire-key'>): AfterStep => {
  const { lease, retiring } = step;
  const { issuerKeyId } = retiring;
  await readLastSpend(deps, lease);
  const ended = await endedOrDelayed(deps, run, lease, () => issuerOf(deps.issuers, lease).revoke(issuerKeyId));
  if (ended === 'delayed') return undefined;
  const type = ended === 'revoked' ? 'RecordKeyRetired' : 'RecordKeyEndRequested';
  return handle(deps, run, { type, data: { leaseId: lease.leaseId, issuerKeyId, now: nowOf(deps) } });
};

/** What a key has spent can be read no more when it has ended, and counts for its successors. Its end does not wait for it. */
const readLastSpend = async (deps: LeaseStepDeps, lease: LiveLease): Promise<void> => {
  const issuer = deps.issuers.find(lease.terms.issuer);
  if (issuer?.usage === undefined || lease.terms.budget === undefined) return;
  await deps.observeLease(issuer, lease).catch((error: unknown) => {
    if (!isTransient(error)) throw error;
  });
};

/** One that nobody knows by its id is looked for by its alias; there may be several, or none. */
const endKeys = async (
  issuer: Issuer,
  { issuerKeyId, alias }: StepOf<'discard-key'>['discardable'],
): Promise<'revoked' | 'by-hand'> => {
  if (issuerKeyId !== undefined) return issuer.revoke(issuerKeyId);
  if (issuer.inventory === undefined) throw issuerUnavailable(`Keys of ${issuer.name} cannot be looked for by name`);
  for (const key of await issuer.inventory.findByAlias(alias ?? '')) await issuer.revoke(key.issuerKeyId);
  return 'revoked';
};

const discarded = (
  deps: LeaseStepDeps,
  run: StepRun,
  { lease: { leaseId }, discardable: { issuerKeyId, alias } }: StepOf<'discard-key'>,
  how: 'revoked' | 'by-hand',
): AfterStep => {
  const now = nowOf(deps);
  if (how === 'by-hand' && issuerKeyId !== undefined)
    return handle(deps, run, { type: 'RecordKeyEndRequested', data: { leaseId, issuerKeyId, now } });
  const name = issuerKeyId === undefined ? { alias: alias ?? '' } : { issuerKeyId };
  return handle(deps, run, { type: 'RecordKeyDiscarded', data: { leaseId, ...name, now } });
};

/**
 * Ending a key is never given up. A no, or silence for too long, is recorded once, for an administrator to see; then
 * whoever looks after leases tries on.
 */
const endedOrDelayed = async (
  deps: LeaseStepDeps,
  run: StepRun,
  lease: KnownLease,
  end: () => Promise<'revoked' | 'by-hand'>,
): Promise<'revoked' | 'by-hand' | 'delayed'> => {
  const asked = await ask(deps, lease.changedAt, end);
  if ('answer' in asked) return asked.answer;
  if (lease.delay !== undefined) throw issuerUnavailable(asked.message);
  const { cause, message } = asked;
  const data = { leaseId: lease.leaseId, cause, message, now: nowOf(deps) };
  await handle(deps, run, { type: 'RecordEndingDelayed', data });
  return 'delayed';
};
