export interface ConfigErrorFields {
  /** Path of the file as it was given; absent for an environment variable. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  /** Dotted path such as `approval_plugins[0].config.list`, or the name of the variable. Empty for the file itself. */
  readonly key: string;
  readonly expected: string;
  /** The kind of what is there instead; never its value, which might be a secret. */
  readonly found?: string | undefined;
}

/** One thing that is wrong with the configuration: where it stands and what was expected there. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly key: string;
  readonly expected: string;
  readonly found: string | undefined;

  constructor({ file, line, key, expected, found }: ConfigErrorFields) {
    const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}: `;
    const subject = key === '' ? '' : `${key}: `;
    super(`${place}${subject}${found === undefined ? expected : `expected ${expected}, found ${found}`}`);
    this.file = file;
    this.line = line;
    this.key = key;
    this.expected = expected;
    this.found = found;
  }
}

/** Everything that is wrong, reported together. */
export class ConfigErrors extends Error {
  override readonly name = 'ConfigErrors';
  readonly errors: readonly ConfigError[];

  constructor(errors: readonly ConfigError[]) {
    super(errors.map((error) => error.message).join('\n'));
    this.errors = errors;
  }

  override toString(): string {
    const count = this.errors.length === 1 ? 'one problem' : `${this.errors.length} problems`;
    return `The configuration has ${count}:\n${this.errors.map((error) => `  ${error.message}`).join('\n')}`;
  }
}

/** Runs `read` with a list to report to, and throws `ConfigErrors`, in order of lines, when anything was reported. */
export const withProblems = <T>(read: (problems: ConfigError[]) => T): T => {
  const problems: ConfigError[] = [];
  const result = read(problems);
  if (problems.length > 0) throw new ConfigErrors(problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)));
  return result;
};

/**
 * Reads several parts and throws the problems of all of them together. `read` runs a part at once and returns a getter;
 * the function that `build` returns runs only when every part was good.
 */
export const collectConfig = <T>(build: (read: <Part>(part: () => Part) => () => Part) => () => T): T => {
  const problems: ConfigError[] = [];
  const assemble = build((part) => {
    try {
      const value = part();
      return () => value;
    } catch (error) {
      if (!(error instanceof ConfigErrors)) throw error;
      problems.push(...error.errors);
      return () => {
        throw error;
      };
    }
  });
  if (problems.length > 0) throw new ConfigErrors(problems);
  return assemble();
};
