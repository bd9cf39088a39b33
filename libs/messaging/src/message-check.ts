import { AppError, type SafeDetail } from '@keyledger/errors';
import type { ZodType } from 'zod';
import type { Operation } from './operation.ts';

/** More fields than this say no more than "this is another message altogether". */
const MAX_FIELDS = 20;

type Issue = Readonly<{ code?: string | undefined; path: readonly PropertyKey[]; message: string }>;

/** Names of unknown fields are input as well: only their number is told. */
const textOf = (issue: Issue): string =>
  issue.code === 'unrecognized_keys' ? 'has fields that are not known' : issue.message;

const fieldOf = ({ path }: Issue): string => (path.length === 0 ? '(input)' : path.map(String).join('.'));

const detailOf = (issues: readonly Issue[]): SafeDetail =>
  Object.fromEntries(issues.slice(0, MAX_FIELDS).map((issue) => [fieldOf(issue), textOf(issue)]));

/** Text that no store can hold: PostgreSQL takes neither NUL nor half of a character. */
const unstorable = (value: unknown, path: readonly PropertyKey[] = []): readonly Issue[] => {
  if (typeof value === 'string')
    return value.isWellFormed() && !value.includes('\0') ? [] : [{ path, message: 'Expected text that can be stored' }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => unstorable(inner, [...path, name]));
};

/**
 * The input of an operation as its schema gives it. Throws `malformed` with one entry of `detail` per field that is
 * wrong: its path and what was expected, never what was found. Text with NUL or halves of characters is wrong everywhere.
 */
export const checkInput = <Input>(operation: Pick<Operation<Input>, 'name' | 'input'>, input: unknown): Input => {
  const parsed = (operation.input as ZodType<Input>).safeParse(input);
  const issues = parsed.success ? unstorable(parsed.data) : parsed.error.issues;
  if (parsed.success && issues.length === 0) return parsed.data;
  const detail = detailOf(issues);
  throw new AppError('malformed', `The input of ${operation.name} is malformed: ${Object.keys(detail).join(', ')}`, {
    detail,
  });
};

/** The reply of an operation as its schema gives it; `internal` when the answering service broke its contract. */
export const checkReply = <Reply>(
  operation: Pick<Operation<unknown, Reply>, 'name' | 'reply'>,
  reply: unknown,
): Reply => {
  const parsed = operation.reply.safeParse(reply);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => fieldOf(issue)).join(', ');
  throw new AppError('internal', `The reply to ${operation.name} does not have its declared shape: ${fields}`);
};
