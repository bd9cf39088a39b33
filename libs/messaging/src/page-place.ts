import { AppError } from '@keyledger/errors';
import { z } from 'zod';
import type { Page } from './operation.ts';

/** Where a page ended of a list that is ordered by a moment and, among those of one moment, by an id. */
export type PagePlace = readonly [moment: string, id: string];

/** PostgreSQL has no year 0, and of what lists hold nothing is that old. */
const placeSchema = z.tuple([z.iso.datetime().refine((moment) => !moment.startsWith('0000')), z.uuid()]);

/** Throws `malformed` for a cursor that `cutPage` did not make. */
export const placeIn = (cursor: string): PagePlace => {
  try {
    return placeSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    throw new AppError('malformed', 'The cursor does not come from this list', { cause });
  }
};

/** The first `first` of what was found, with a cursor behind them when more was found. */
export const cutPage = <Item>(
  found: readonly Item[],
  first: number,
  placeOf: (item: Item) => PagePlace,
): Page<Item> => {
  const items = found.slice(0, first);
  const last = items.at(-1);
  if (found.length <= first || last === undefined) return { items };
  return { items, next: Buffer.from(JSON.stringify(placeOf(last))).toString('base64url') };
};
