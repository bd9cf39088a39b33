/** `in-review` → `IN_REVIEW`, `emailLink` → `EMAIL_LINK`. */
const enumName = (value: string): string =>
  value
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/-/g, '_')
    .toUpperCase();

/** Values of a GraphQL enum from those of a contract: each must be described, so a new one cannot be forgotten. */
export const enumValues = <Value extends string>(
  descriptions: Readonly<Record<Value, string>>,
): Record<string, { value: Value; description: string }> =>
  Object.fromEntries(
    (Object.entries(descriptions) as [Value, string][]).map(([value, description]) => [
      enumName(value),
      { value, description },
    ]),
  );
