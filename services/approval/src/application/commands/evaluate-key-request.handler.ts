import { AppError } from '@keyledger/errors';
import {
  type Clock,
  type CommandContext,
  commandHandler,
  type EventStore,
  loadStream,
} from '@keyledger/event-sourcing';
import { servicePrincipal } from '@keyledger/messaging';
import type { Evaluation } from '../../domain/key-request/key-request.events.ts';
import { nextAttempt, type SubmittedKeyRequest } from '../../domain/key-request/key-request.state.ts';
import { answered, type ChainProgress, type Conclusion, runChain } from '../../domain/policy-chain/policy-chain.ts';
import type { RuleVerdict } from '../../domain/policy-chain/policy-rule.ts';
import { keyRequests } from '../approval-streams.ts';
import type { GetPolicyInForce } from '../policy-in-force.ts';
import type { Webhooks } from '../ports/webhook.port.ts';

export interface EvaluateDeps {
  readonly eventStore: EventStore;
  readonly clock: Clock;
  readonly policy: GetPolicyInForce;
  readonly webhooks: Webhooks;
  readonly limits: EvaluationLimits;
  /** Told of each run that was recorded. */
  readonly onEvaluated: EvaluationObserved;
}

export type EvaluationObserved = (evaluation: Pick<Evaluation, 'outcome' | 'verdicts'>) => void;

export interface EvaluationLimits {
  /** Until the chain runs again for a rule that could not answer. */
  readonly retryIntervalMs: number;
  /** Runs of the chain after which a rule that cannot answer is no longer waited for. */
  readonly maxAttempts: number;
  readonly reviewExpiresAfterMs: number;
}

/**
 * Runs the policy chain for a request and records what came of it. `attempt` says which run is meant: a run that was
 * already recorded, or that a reviewer has overtaken, is not made again.
 */
export type EvaluateKeyRequest = (requestId: string, attempt: number, context: CommandContext) => Promise<void>;

const DECIDED_BY = servicePrincipal('approval').id;

export const evaluateKeyRequest = (deps: EvaluateDeps): EvaluateKeyRequest => {
  const { eventStore, clock, policy, limits } = deps;
  const handle = commandHandler(eventStore, keyRequests);
  return async (requestId, attempt, context) => {
    const seen = await loadStream(eventStore, keyRequests, requestId);
    const { state } = seen;
    if (state.status === 'absent') throw new AppError('not-found', `There is no request ${requestId}`);
    if (state.status !== 'submitted' || nextAttempt(state) !== attempt) return;
    const { version: policyVersion, rules } = await policy();
    const input = { rules, subject: state.terms, attempt, maxAttempts: limits.maxAttempts };
    const { verdicts, conclusion } = await runToEnd(deps, state, input);
    const { outcome, reason, reviewers } = conclusion;
    const now = clock();
    const data = {
      evaluation: { attempt, policyVersion, evaluatedAt: now.toISOString(), verdicts: [...verdicts], outcome },
      reason,
      reviewers,
      decidedBy: DECIDED_BY,
      retryAt: after(now, limits.retryIntervalMs),
      reviewExpiresAt: after(now, limits.reviewExpiresAfterMs),
      now: now.toISOString(),
    };
    const command = { type: 'ConcludeEvaluation', data } as const;
    const handled = await handle(requestId, command, { ...context, occurredAt: now.toISOString() }, seen);
    if (handled.outcome === 'accepted') deps.onEvaluated(data.evaluation);
  };
};

interface EndedChain {
  readonly verdicts: readonly RuleVerdict[];
  readonly conclusion: Conclusion;
}

const runToEnd = async (
  { webhooks }: EvaluateDeps,
  { requestId, terms: { email, modelId } }: SubmittedKeyRequest,
  input: Parameters<typeof runChain>[0],
): Promise<EndedChain> => {
  let progress: ChainProgress = runChain(input);
  while ('ask' in progress) {
    const webhook = webhooks.get(progress.verdicts.length);
    if (webhook === undefined) throw new Error(`No webhook for rule ${progress.verdicts.length}`);
    const answer = await webhook.ask({ email, modelId, requestId });
    progress = runChain(input, answered(progress.verdicts, progress.ask, answer));
  }
  return progress;
};

const after = (time: Date, ms: number): string => new Date(time.getTime() + ms).toISOString();
