import type { LeaseStep } from '../../domain/lease/lease.process.ts';
import type { LiveLease, PendingChange } from '../../domain/lease/lease.state.ts';
import { wantedOf, unsupported } from '../issuer-abilities.ts';
import { type Issuer, IssuerRefused } from '../ports/issuer.port.ts';
import type { IssuedKey } from '../ports/issuer-keys.ts';
import { isApplied } from './applied-change.ts';
import { ask, findKey, issuerOf } from './issuer-answers.ts';
import { type AfterStep, handle, type LeaseStepDeps, nowOf, type StepRun } from './lease-records.ts';

type Step = Extract<LeaseStep, { kind: 'apply-change' }>;

/**
 * Asks the issuer for a change and records what became of it. What the issuer does not enforce is the vault's own and
 * needs no call. After silence for too long, the issuer's record decides whether the change was made.
 */
export const applyChange = async (deps: LeaseStepDeps, run: StepRun, step: Step): AfterStep => {
  const { lease, change } = step;
  const found = await ask(deps, change.startedAt, async () => issuerOf(deps.issuers, lease));
  if ('cause' in found) return failed(deps, run, step, found);
  const issuer = found.answer;
  const why = unsupported(issuer, change);
  if (why !== undefined) return failed(deps, run, step, { cause: 'not-supported-by-issuer', message: why });
  const asked = await ask(deps, change.startedAt, () => made(issuer, lease, change));
  if ('answer' in asked) return changed(deps, run, step, asked.answer);
  if (asked.cause !== 'issuer-unavailable') return failed(deps, run, step, asked);
  const key = await findKey(deps.issuers, lease, lease.key.issuerKeyId);
  const isMade = typeof key === 'object' && isApplied(key, change) && (await isMadeToRetiring(deps, step));
  return isMade ? changed(deps, run, step, key) : failed(deps, run, step, asked);
};

/** What holds for keys in their grace period too was made when the issuer says so of each that it has. */
const isMadeToRetiring = async ({ issuers }: LeaseStepDeps, { lease, change }: Step): Promise<boolean> => {
  if (change.kind !== 'suspension' && change.kind !== 'resumption') return true;
  for (const { issuerKeyId, isByHand } of lease.retiring) {
    const key = isByHand ? 'absent' : await findKey(issuers, lease, issuerKeyId);
    if (key !== 'absent' && (key === 'unknown' || !isApplied(key, change))) return false;
  }
  return true;
};

/** The key as it is on record afterwards, where the issuer was asked for it. */
const made = async (
  issuer: Issuer,
  { key: { issuerKeyId }, retiring }: LiveLease,
  change: PendingChange,
): Promise<IssuedKey | undefined> => {
  if (change.kind === 'suspension' || change.kind === 'resumption') {
    const switchKey = (id: string) =>
      change.kind === 'suspension' ? issuer.suspension?.suspend(id) : issuer.suspension?.resume(id);
    await switchKey(issuerKeyId);
    for (const each of retiring) if (!each.isByHand) await ifThere(async () => switchKey(each.issuerKeyId));
    return undefined;
  }
  const wanted = wantedOf(issuer, change);
  return Object.keys(wanted).length === 0 ? undefined : issuer.changes?.change(issuerKeyId, wanted);
};

/** A key in its grace period may have expired at the issuer. */
const ifThere = async (call: () => Promise<void>): Promise<void> => {
  await call().catch((error: unknown) => {
    if (!(error instanceof IssuerRefused) || error.reason !== 'key-not-found') throw error;
  });
};

const changed = (
  deps: LeaseStepDeps,
  run: StepRun,
  { lease: { leaseId }, change: { changeId, kind } }: Step,
  key: IssuedKey | undefined,
): AfterStep => {
  const expiry = kind === 'renewal' && key?.expiresAt !== undefined ? { expiresAt: key.expiresAt } : {};
  return handle(deps, run, { type: 'RecordLeaseChanged', data: { leaseId, changeId, ...expiry, now: nowOf(deps) } });
};

const failed = (
  deps: LeaseStepDeps,
  run: StepRun,
  { lease: { leaseId }, change: { changeId } }: Step,
  {
    cause,
    message,
  }: Pick<Extract<Parameters<typeof handle>[2], { type: 'RecordChangeFailed' }>['data'], 'cause' | 'message'>,
): AfterStep =>
  handle(deps, run, { type: 'RecordChangeFailed', data: { leaseId, changeId, cause, message, now: nowOf(deps) } });
