import type { LeaseStep } from '../../domain/lease/lease.process.ts';
import type { SealedKey } from '../../domain/lease/lease.issuing.messages.ts';
import type { IssuerFrom } from '../ports/issuer.port.ts';
import { carryBudget, leaseToCarryFrom } from './carry-budget.step.ts';
import { ask, issuerOf } from './issuer-answers.ts';
import {
  type AfterStep,
  handle,
  type LeaseStepDeps,
  nowOf,
  recordFailed,
  recordKey,
  type StepRun,
} from './lease-records.ts';
import { openKey, openStocked, sealAs, sealedMask, sealNext } from './lease-secret.ts';
import { orderOf } from './key-order.ts';

type Step = Extract<LeaseStep, { kind: 'obtain-key' }>;

/** Gets a key from wherever the issuer has its keys from, and seals it. */
export const obtainKey = async (deps: LeaseStepDeps, run: StepRun, step: Step): AfterStep => {
  const { lease, making } = step;
  const found = await ask(deps, making.attemptedSince, async () => issuerOf(deps.issuers, lease));
  if ('cause' in found) return recordFailed(deps, run, step, { ...found, mayExistAtIssuer: false });
  const issuer = found.answer;
  const carrying = leaseToCarryFrom(step, issuer);
  if (carrying !== undefined) return carryBudget(deps, run, step, { issuer, lease: carrying });
  switch (issuer.keysFrom) {
    case 'vault':
      return sealChosenKey(deps, run, step, issuer);
    case 'issuer':
      return orderKey(deps, run, step, issuer);
    case 'stock':
      return takeFromStock(deps, run, step, issuer);
    case 'custodian':
      return handle(deps, run, requested(deps, step, 'custodian'));
  }
};

/** Of several replicas that seal a key at once one wins; the others find its key on their next look. */
const sealChosenKey = async (
  deps: LeaseStepDeps,
  run: StepRun,
  step: Step,
  { keys }: IssuerFrom<'vault'>,
): AfterStep => {
  const { lease } = step;
  const version = lease.nextVersion;
  const stored = await sealedMask(deps, lease, version);
  if (stored !== undefined) {
    using key = await openKey(deps, lease, version);
    return handle(deps, run, sealed(deps, step, { issuerKeyId: keys.keyIdOf(key), mask: stored, version }));
  }
  using key = keys.newKey();
  const mask = await sealAs(deps, run, lease, { key, version });
  if (mask === undefined) return undefined;
  return handle(deps, run, sealed(deps, step, { issuerKeyId: keys.keyIdOf(key), mask, version }));
};

/**
 * The issuer makes the key and tells it once, so it is asked only by whoever recorded that it is: who finds that
 * recorded by somebody else looks again. What the call leaves behind when the process ends before the key lies sealed
 * is found by the alias.
 */
const orderKey = async (deps: LeaseStepDeps, run: StepRun, step: Step, { keys }: IssuerFrom<'issuer'>): AfterStep => {
  const { lease, making } = step;
  const mine = await handle(deps, run, requested(deps, step, 'issuer'));
  if (mine.outcome !== 'accepted') return undefined;
  const then = { ...run, seen: mine };
  const asked = await ask(deps, making.attemptedSince, () => keys.issue(orderOf(deps, lease, making)));
  if ('cause' in asked) {
    const mayExistAtIssuer = asked.cause === 'issuer-unavailable';
    return recordFailed(deps, then, step, { ...asked, mayExistAtIssuer });
  }
  using secret = asked.answer.secret;
  const { issuerKeyId } = asked.answer.key;
  const { version, mask } = await sealNext(deps, run, lease, secret);
  return recordKey(deps, then, sealed(deps, step, { issuerKeyId, mask, version }), issuerKeyId);
};

/** A copy, under the lease's own name: what happens to one of them does not happen to the other. */
const takeFromStock = async (
  deps: LeaseStepDeps,
  run: StepRun,
  step: Step,
  { name, keys }: IssuerFrom<'stock'>,
): AfterStep => {
  const { lease, making } = step;
  const { labels } = orderOf(deps, lease, making);
  const asked = await ask(deps, making.attemptedSince, () => keys.take(labels));
  if ('cause' in asked) return recordFailed(deps, run, step, { ...asked, mayExistAtIssuer: false });
  const { answer } = asked;
  if (answer.outcome === 'exhausted') {
    const message = `Every key of ${name} that lies in stock is taken`;
    return recordFailed(deps, run, step, { cause: 'stock-exhausted', message, mayExistAtIssuer: false });
  }
  const { issuerKeyId } = answer;
  using key = await openStocked(deps, answer.secretId, answer.version);
  const { version, mask } = await sealNext(deps, run, lease, key);
  return recordKey(deps, run, sealed(deps, step, { issuerKeyId, mask, version }), issuerKeyId);
};

const requested = (deps: LeaseStepDeps, { lease, making }: Step, keysFrom: 'issuer' | 'custodian') => {
  const data = { leaseId: lease.leaseId, generation: making.generation, keysFrom, now: nowOf(deps) };
  return { type: 'RecordKeyRequested', data } as const;
};

const sealed = (deps: LeaseStepDeps, { lease, making }: Step, key: SealedKey) => {
  const data = { leaseId: lease.leaseId, generation: making.generation, ...key, now: nowOf(deps) };
  return { type: 'RecordKeySealed', data } as const;
};
