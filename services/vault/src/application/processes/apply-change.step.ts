import type { LeaseStep } from '../../domain/lease/lease.process.ts';
import type { RefusedKey } from '../../domain/lease/lease.changes.messages.ts';
import type { LiveLease, PendingChange, RetiringKey } from '../../domain/lease/lease.state.ts';
import { wantedOf, unsupported } from '../issuer-abilities.ts';
import { type Issuer, IssuerRefused } from '../ports/issuer.port.ts';
import type { IssuedKey } from '../ports/issuer-keys.ts';
import { isApplied } from './applied-change.ts';
import { ask, type Failure, findKey, issuerOf } from './issuer-answers.ts';
import { type AfterStep, handle, type LeaseStepDeps, nowOf, type StepRun } from './lease-records.ts';

type Step = Extract<LeaseStep, { kind: 'apply-change' }>;

/** What the issuer did: the key that counts as it is on record afterwards, where it was asked for it. */
interface Made {
  readonly key: IssuedKey | undefined;
  readonly except: readonly RefusedKey[];
}

/**
 * Asks the issuer for a change and records what became of it. What the issuer does not enforce is the vault's own and
 * needs no call. After silence for too long, the issuer's record decides whether the change was made.
 *
 * A suspension and its end hold for keys in their grace period too. The key that counts is asked for first and decides;
 * what the issuer refuses of the others is told of each, so that the ledger says of every key what is true.
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
  if (typeof key !== 'object' || !isApplied(key, change)) return failed(deps, run, step, asked);
  return changed(deps, run, step, { key, except: await unchangedKeys(deps, step, asked) });
};

/** Keys in their grace period of which the issuer does not say that they were changed as well. */
const unchangedKeys = async (
  { issuers }: LeaseStepDeps,
  { lease, change }: Step,
  failure: Failure,
): Promise<readonly RefusedKey[]> => {
  if (change.kind !== 'suspension' && change.kind !== 'resumption') return [];
  const except: RefusedKey[] = [];
  for (const each of lease.retiring) {
    const key = each.isByHand ? 'absent' : await findKey(issuers, lease, each.issuerKeyId);
    if (key !== 'absent' && (key === 'unknown' || !isApplied(key, change))) except.push(refusedKey(each, failure));
  }
  return except;
};

const refusedKey = ({ generation, issuerKeyId }: RetiringKey, { cause, message }: Failure): RefusedKey => ({
  generation,
  issuerKeyId,
  cause,
  message,
});

const made = async (issuer: Issuer, lease: LiveLease, change: PendingChange): Promise<Made> => {
  const { issuerKeyId } = lease.key;
  if (change.kind === 'suspension' || change.kind === 'resumption') return switched(issuer, lease, change.kind);
  const wanted = wantedOf(issuer, change);
  const key = Object.keys(wanted).length === 0 ? undefined : await issuer.changes?.change(issuerKeyId, wanted);
  return { key, except: [] };
};

const switched = async (
  issuer: Issuer,
  { key, retiring }: LiveLease,
  kind: 'suspension' | 'resumption',
): Promise<Made> => {
  const switchKey = (id: string) =>
    kind === 'suspension' ? issuer.suspension?.suspend(id) : issuer.suspension?.resume(id);
  await switchKey(key.issuerKeyId);
  const except: RefusedKey[] = [];
  for (const each of retiring) {
    const refusal = each.isByHand ? undefined : await refusalOf(async () => switchKey(each.issuerKeyId));
    if (refusal !== undefined) except.push(refusedKey(each, { cause: refusal.reason, message: refusal.message }));
  }
  return { key: undefined, except };
};

/** A key in its grace period may have expired at the issuer. */
const refusalOf = async (call: () => Promise<void>): Promise<IssuerRefused | undefined> => {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (!(error instanceof IssuerRefused)) throw error;
    return error.reason === 'key-not-found' ? undefined : error;
  }
};

const changed = (
  deps: LeaseStepDeps,
  run: StepRun,
  { lease: { leaseId }, change: { changeId, kind } }: Step,
  { key, except }: Made,
): AfterStep => {
  const expiry = kind === 'renewal' && key?.expiresAt !== undefined ? { expiresAt: key.expiresAt } : {};
  const data = { leaseId, changeId, ...expiry, except, now: nowOf(deps) };
  return handle(deps, run, { type: 'RecordLeaseChanged', data });
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
