import { AppError } from '@keyledger/errors';

/** The process died here; nothing it would have done afterwards happens. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

export interface Death {
  /** 1 for the first call to the outside. */
  readonly at: number;
  readonly when: 'before' | 'after';
  /** Only the answer to this call is lost; the process lives on. */
  readonly isSurvived?: boolean;
}

/** Each call, with and without its effect. */
export const everyDeathUpTo = (calls: number): readonly Death[] =>
  Array.from({ length: calls }, (_, index) => index + 1).flatMap((at) => [
    { at, when: 'before' as const },
    { at, when: 'after' as const },
  ]);

/**
 * The life of one process. Every call to the outside goes through `step`, so that a test says at which of them the
 * process dies, and, by `gate`, in which order the calls of several processes happen.
 */
export class Life {
  calls = 0;
  readonly #death: Death | undefined;
  readonly #gate: () => Promise<unknown>;
  #hasBegun = false;
  #isOver = false;

  constructor(death?: Death, gate: () => Promise<unknown> = () => Promise.resolve()) {
    this.#death = death;
    this.#gate = gate;
  }

  /** Calls before this, while the process starts, do not count. */
  begin(): void {
    this.#hasBegun = true;
  }

  async step<Result>(call: () => Promise<Result>): Promise<Result> {
    if (!this.#hasBegun) return call();
    await this.#gate();
    this.calls += 1;
    const { at, when, isSurvived = false } = this.#death ?? {};
    if (this.#isOver) this.#die();
    const isLast = this.calls === at;
    if (isLast && when === 'before') this.#fail(isSurvived);
    const result = await call();
    if (this.#isOver) this.#die();
    if (isLast) this.#fail(isSurvived);
    return result;
  }

  #fail(isSurvived: boolean): never {
    if (isSurvived) throw new AppError('unavailable', `No answer to call ${this.#death?.at}`);
    this.#die();
  }

  #die(): never {
    this.#isOver = true;
    throw new Crash(`at call ${this.#death?.at}`);
  }
}

/** `target` as the process sees it: the named methods are calls to the outside, also those of its `parts`. */
export const mortal = <Target extends object>(
  target: Target,
  life: Life,
  methods: readonly (keyof Target & string)[],
  parts: { readonly [Name in keyof Target]?: readonly (keyof NonNullable<Target[Name]> & string)[] } = {},
): Target =>
  new Proxy(target, {
    get: (_target, name) => {
      const value: unknown = Reflect.get(target, name);
      const partial = parts[name as keyof Target];
      if (partial !== undefined && value !== undefined)
        return mortal(value as object, life, partial as readonly never[]);
      if (typeof value !== 'function') return value;
      const method = value.bind(target) as (...what: unknown[]) => Promise<unknown>;
      if (!(methods as readonly (string | symbol)[]).includes(name)) return method;
      return (...what: unknown[]) => life.step(() => method(...what));
    },
  });
