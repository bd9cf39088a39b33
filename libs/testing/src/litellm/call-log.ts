import { tokenFrom } from './key-row.ts';
import type { FaultKind } from './faults.ts';

/** One call that reached the stand-in, for tests to witness. Secrets in it are replaced by their hashes. */
export interface LoggedCall {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
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
    this.#calls.push({ ...call, query: withoutSecrets(call.query), body: withoutSecrets(call.body) });
  }

  all(): readonly LoggedCall[] {
    return this.#calls;
  }
}

const withoutSecrets = <Fields extends Readonly<Record<string, unknown>>>(fields: Fields): Fields => ({
  ...fields,
  ...(typeof fields.key === 'string' ? { key: tokenFrom(fields.key) } : {}),
  ...(Array.isArray(fields.keys) ? { keys: fields.keys.map((key) => tokenFrom(String(key))) } : {}),
});
