type Given<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [Key in keyof T]?: Given<NonNullable<T[Key]>> }
    : T;

const isInput = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An input without what is null, in its inner inputs as well: in GraphQL null and absent say the same here. */
export const given = <T extends object>(input: T): Given<T> =>
  Object.fromEntries(
    Object.entries(input)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]: [string, unknown]) => [name, isInput(value) ? given(value) : value]),
  ) as Given<T>;
