import { z } from 'zod';
import { issuerUnavailable } from '../../../application/ports/issuer.port.ts';
import type { IssuedKey, KeyUsage } from '../../../application/ports/issuer-keys.ts';
import { withoutAbsent } from '../http/without-absent.ts';
import { isMarked, keyOf, rowSchema, usageOf } from './litellm.key-row.ts';

/** A key in LiteLLM's list. */
export interface ListedKey {
  readonly key: IssuedKey;
  readonly isOurs: boolean;
  /** Absent: the row cannot be read. */
  readonly usage?: KeyUsage;
}

const token = z.string().min(1);

const listedSchema = rowSchema.extend({ token });

/** What is left of a row in a form that is not known. */
const remainsSchema = z.object({ token, key_alias: z.string().nullish().catch(undefined) });

/** What others left in a form that is not known is passed over; a key of ours must not be, and neither must the others. */
export const listedKeys = (entry: unknown): readonly ListedKey[] => {
  const isOurs = isMarked(entry);
  const { data: row } = listedSchema.safeParse(entry);
  if (row !== undefined) return [{ key: keyOf(row.token, row), isOurs, usage: usageOf(row.token, row) }];
  if (!isOurs) return [];
  const { data: remains } = remainsSchema.safeParse(entry);
  if (remains === undefined) throw issuerUnavailable('LiteLLM listed a key of ours without its id');
  return [{ key: { issuerKeyId: remains.token, ...withoutAbsent({ alias: remains.key_alias }) }, isOurs }];
};
