import type { LeaseStep } from '../../domain/lease/lease.process.ts';
import type { IssuerFrom } from '../ports/issuer.port.ts';
import { ask, findKey, issuerOf } from './issuer-answers.ts';
import { orderOf } from './key-order.ts';
import { type AfterStep, type LeaseStepDeps, recordFailed, recordIssued, type StepRun } from './lease-records.ts';
import { openKey } from './lease-secret.ts';

type Step = Extract<LeaseStep, { kind: 'confirm-key' }>;

/** Makes sure that the key that lies sealed is the one that the issuer accepts. */
export const confirmKey = async (deps: LeaseStepDeps, run: StepRun, step: Step): AfterStep => {
  const found = await ask(deps, step.making.attemptedSince, async () => issuerOf(deps.issuers, step.lease));
  if ('cause' in found) return recordFailed(deps, run, step, { ...found, mayExistAtIssuer: true });
  const issuer = found.answer;
  switch (issuer.keysFrom) {
    case 'vault':
      return requestKey(deps, run, step, issuer);
    case 'issuer':
      return readBack(deps, run, step);
    case 'stock':
    case 'custodian':
      return recordIssued(deps, run, step, step);
  }
};

const requestKey = async (deps: LeaseStepDeps, run: StepRun, step: Step, { keys }: IssuerFrom<'vault'>): AfterStep => {
  const { lease, making, issuerKeyId } = step;
  using secret = await openKey(deps, lease, making.key?.version ?? making.generation);
  const order = { ...orderOf(deps, lease, making), secret };
  const asked = await ask(deps, making.attemptedSince, () => keys.issue(order));
  if ('cause' in asked) {
    const there = await findKey(deps.issuers, lease, issuerKeyId);
    if (typeof there === 'object') return recordIssued(deps, run, step, there);
    return recordFailed(deps, run, step, { ...asked, mayExistAtIssuer: there === 'unknown' });
  }
  if (asked.answer.outcome === 'issued') return recordIssued(deps, run, step, asked.answer.key);
  const message = `The issuer has a key of somebody else under the name ${making.alias}`;
  return recordFailed(deps, run, step, { cause: 'alias-taken', message, mayExistAtIssuer: false });
};

const readBack = async (deps: LeaseStepDeps, run: StepRun, step: Step): AfterStep => {
  const { lease, making, issuerKeyId } = step;
  const asked = await ask(deps, making.attemptedSince, () => issuerOf(deps.issuers, lease).lookup(issuerKeyId));
  if ('cause' in asked) return recordFailed(deps, run, step, { ...asked, mayExistAtIssuer: true });
  if (asked.answer !== undefined) return recordIssued(deps, run, step, asked.answer);
  const message = `The issuer has lost the key that it made under the name ${making.alias}`;
  return recordFailed(deps, run, step, { cause: 'key-not-found', message, mayExistAtIssuer: true });
};
