import { createHash } from 'node:crypto';

/** Fields that hold ciphertext, as paths within the data of an event type. */
const CIPHERTEXT: Readonly<Record<string, readonly string[]>> = {
  SecretSealed: ['envelope', 'sealed'],
  SubmissionKeyPublished: ['envelope', 'sealed'],
};

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const replaceAt = (data: Json, [field, ...rest]: readonly string[]): Json => {
  if (field === undefined || !(field in data)) return data;
  const value = data[field];
  if (rest.length > 0) return isObject(value) ? { ...data, [field]: replaceAt(value, rest) } : data;
  const digest = createHash('sha256').update(JSON.stringify(value)).digest('hex');
  return { ...data, [field]: `sha256:${digest}` };
};

/**
 * The data of an event as an auditor sees it: ciphertext is replaced by the SHA-256 of its JSON, so that nobody can take
 * it away and two copies can still be compared.
 */
export const shownData = (type: string, data: unknown): Json => {
  const shown = isObject(data) ? data : { value: data };
  return replaceAt(shown, CIPHERTEXT[type] ?? []);
};

/** The reason that somebody gave, in the events that carry one. */
export const reasonOf = (data: unknown): string | undefined =>
  isObject(data) && typeof data['reason'] === 'string' ? data['reason'] : undefined;
