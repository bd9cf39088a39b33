import type { ProviderAnswer } from './connection-test.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Follows names and places through a body of which nothing is known. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, step) => {
    if (typeof step === 'number') return Array.isArray(inner) ? (inner as unknown[])[step] : undefined;
    return isRecord(inner) ? inner[step] : undefined;
  }, value);

/** What an error says stands in its first sentences. Expressions that look through more would hold up everybody else. */
const LONGEST_TEXT = 2_000;

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? `${value}`.slice(0, LONGEST_TEXT) : '';

export interface ErrorFields {
  readonly message: string;
  readonly type: string;
  readonly code: string;
}

/** Where the many shapes of errors have their message: `error.message`, `error`, `message`, `Message`, `detail`. */
const messageIn = (body: unknown): string =>
  [at(body, 'error', 'message'), at(body, 'error'), at(body, 'message'), at(body, 'Message'), at(body, 'detail'), body]
    .map(text)
    .find((message) => message !== '') ?? '';

export const errorFields = ({ body }: ProviderAnswer): ErrorFields => ({
  message: messageIn(body),
  type: text(at(body, 'error', 'type')) || text(at(body, 'type')),
  code: text(at(body, 'error', 'code')) || text(at(body, 'code')),
});
