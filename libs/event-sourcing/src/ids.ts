import { createHash } from 'node:crypto';
import { parse, v5, v7, validate, version } from 'uuid';

/** The namespace of name-based ids (RFC 9562 §5.5); changing it would change every derived id. */
const NAMESPACE = '6f1c2a52-4c2b-5d0e-9c3f-8d0b7a3e51c4';

const encode = (parts: readonly (string | number)[]): string => JSON.stringify(parts);

/** A new UUIDv7: ordered by creation time. */
export const newId = (): string => v7();

/** Whether it is a UUID, of whichever version. */
export const isId = (value: string): boolean => validate(value);

/** Name-based UUIDv5: the same parts give the same id in every process, for ever. */
export const deriveId = (kind: string, ...parts: readonly (string | number)[]): string =>
  v5(encode([kind, ...parts]), NAMESPACE);

/**
 * A UUIDv7 that carries the time of `base` and is otherwise determined by `base` and `parts`. Events derive theirs from
 * the command that caused them, and reactors derive commands from events, so a repetition produces equal ids and the
 * event store recognises it.
 */
export const deriveSequentialId = (base: string, ...parts: readonly (string | number)[]): string => {
  const random = createHash('sha256')
    .update(encode([base, ...parts]))
    .digest()
    .subarray(0, 16);
  const msecs = version(base) === 7 ? Number(Buffer.from(parse(base)).readUIntBE(0, 6)) : 0;
  return v7({ msecs, random, seq: random.readInt32BE(0) });
};
