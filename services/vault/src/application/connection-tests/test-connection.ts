import type { Clock } from '@keyledger/event-sourcing';
import type { SecretBytes } from '@keyledger/secrets';
import type { Connection } from '../../domain/providers/connection.ts';
import {
  type ConnectionTarget,
  goesOn,
  isWorthRetrying,
  type Provider,
  type ProviderCall,
  type Stage,
  type TestOutcome,
  type TestVerdict,
} from '../../domain/providers/connection-test.ts';
import { judgeAnswer } from '../../domain/providers/judge-answer.ts';
import { outcomeMessage, type Silence } from '../../domain/providers/outcome-message.ts';
import type { AddressedCall, ProviderCaller } from '../ports/provider-caller.port.ts';

export interface TestConnectionDeps {
  readonly caller: ProviderCaller;
  readonly clock: Clock;
  /** Of a whole test: both stages and what is repeated. */
  readonly timeoutMs: number;
}

export interface TestWish {
  readonly provider: Provider;
  readonly connection: Connection;
  readonly key: SecretBytes | undefined;
  /** Held a chat with, which costs a few tokens; absent: the key is only shown to the provider. */
  readonly model?: string | undefined;
  /** When nobody waits for the result any more. */
  readonly deadlineAt: number;
}

export interface TestResult {
  readonly outcome: TestOutcome;
  /** For people. */
  readonly message: string;
  /** What the provider wrote, redacted and short. */
  readonly providerMessage?: string;
  readonly warning?: 'management-key';
  readonly stage: Stage;
  /** Of the call that decided. */
  readonly latencyMs: number;
  readonly retryAfterSeconds?: number;
  readonly testedAt: string;
}

interface Found {
  readonly verdict: TestVerdict;
  readonly stage: Stage;
  readonly latencyMs: number;
  readonly silence?: Silence;
}

/** Left for the way back to whoever asked. */
const MARGIN_MS = 250;

/** What will be the same a moment later. */
const SETTLED: readonly Silence[] = ['address-forbidden', 'not-encrypted', 'not-trusted', 'timed-out', 'too-long'];

const addressed = (provider: Provider, { baseUrl }: ConnectionTarget, call: ProviderCall): AddressedCall => ({
  method: call.method,
  url: `${call.url ?? baseUrl}${call.path}`,
  headers: call.headers ?? {},
  body: call.body,
  keyHeader: provider.keyHeader,
});

/**
 * Shows a key to its provider by the cheapest call that there is, and then, where a model is named, holds the smallest chat.
 * One more attempt is made where the provider failed or could not be reached, and none where key, rights or money are the
 * matter. The whole takes no longer than its limit; the key is the caller's, who disposes of it.
 */
export const testConnection =
  ({ caller, clock, timeoutMs }: TestConnectionDeps) =>
  async ({ provider, connection, key, model, deadlineAt }: TestWish): Promise<TestResult> => {
    const limitMs = Math.max(1, Math.min(timeoutMs, deadlineAt - clock().getTime() - MARGIN_MS));
    const signal = AbortSignal.timeout(limitMs);

    const attempt = async (stage: Stage, target: ConnectionTarget): Promise<Found> => {
      const call = addressed(provider, target, provider[stage](target));
      const { answer, silence, latencyMs } = await caller.send(call, key, signal);
      return answer === undefined
        ? { verdict: { outcome: 'unreachable' }, stage, latencyMs, silence }
        : { verdict: judgeAnswer(provider, stage, answer, clock()), stage, latencyMs };
    };

    const attempts = async (stage: Stage, target: ConnectionTarget): Promise<Found> => {
      const first = await attempt(stage, target);
      const { retryWith } = first.verdict;
      if (retryWith !== undefined) return attempt(stage, { ...target, tokenLimit: retryWith });
      const isSettled = first.silence !== undefined && SETTLED.includes(first.silence);
      return isWorthRetrying(first.verdict) && !isSettled && !signal.aborted ? attempt(stage, target) : first;
    };

    const target = { baseUrl: connection.baseUrl, model: model ?? '' };
    const shown = await attempts('authenticate', target);
    const found = model !== undefined && goesOn(shown.verdict) ? await attempts('complete', target) : shown;
    const { retryWith: _used, message: providerMessage, ...verdict } = found.verdict;
    const warning = shown.verdict.warning === undefined ? {} : { warning: shown.verdict.warning };
    const told = { ...found, verdict: { ...verdict, ...warning } };
    return {
      ...verdict,
      ...warning,
      message: outcomeMessage(provider, target.model, told),
      ...(providerMessage === undefined ? {} : { providerMessage }),
      stage: found.stage,
      latencyMs: found.latencyMs,
      testedAt: clock().toISOString(),
    };
  };

export type TestConnection = ReturnType<typeof testConnection>;
