import { tokenFrom } from './key-row.ts';
import type { FaultKind } from './faults.ts';

/** One call that reached the stand-in, for tests to witness. Secrets in it are replaced by their hashes. */
export interface LoggedCall {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Who LiteLLM would write to its audit log, from the header `litellm-changed-by`. */
  readonly changedBy: string | null;
  /** What was answered; null when no answer was sent. */
  readonly status: number | null;
  readonly fault: FaultKind | null;
}

export class CallLog {
  readonly #calls: LoggedCall[] = [];

  add(call: LoggedCall): void {
    this.#calls.push({ ...call, body: withoutSecrets(call.body) });
  }

  all(): readonly LoggedCall[] {
    return this.#calls;
  }
}

const withoutSecrets = (body: LoggedCall['body']): LoggedCall['body'] => {
  const hashed = { ...body };
  if (typeof body.key === 'string') hashed.key = tokenFrom(body.key);
  if (Array.isArray(body.keys)) hashed.keys = body.keys.map((key) => tokenFrom(String(key)));
  return hashed;
};
