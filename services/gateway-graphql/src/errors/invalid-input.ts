import type { ZodType } from 'zod';

export interface InputIssue {
  /** Where in the input, joined by dots; empty for the input as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Input that does not have the documented shape. Names the place, never repeats the value. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInputError';
  readonly code = 'invalid-input';
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    super(issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; '));
    this.issues = issues;
  }

  /** The same, in the words of an interface that names fields otherwise. */
  renamed(names: Readonly<Record<string, string>>): InvalidInput {
    return new InvalidInput(this.issues.map(({ path, message }) => ({ path: names[path] ?? path, message })));
  }
}

/** Checks against the schema of a contract. */
export const parseInput = <Input>(schema: ZodType<Input>, value: unknown): Input => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidInput(parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })));
};
