import type { builder } from '../builder.ts';
import { DEFAULT_PAGE, MAX_PAGE } from './connection.ts';

type ArgBuilder = Parameters<Parameters<typeof builder.queryField>[1]>[0]['arg'];

/** The arguments of every list. */
export const pageArgs = (arg: ArgBuilder) => ({
  first: arg.int({ defaultValue: DEFAULT_PAGE, description: `How many at most, up to ${MAX_PAGE}.` }),
  after: arg.string({ description: 'A cursor of this list: the page begins behind it. Absent: at the beginning.' }),
});
