import { AppError } from '@keyledger/errors';
import type { Page } from '@keyledger/messaging';
import type { PageRequest } from '../application/reader.ts';
import { REMOTE } from '../builder.ts';

export const DEFAULT_PAGE = 20;
export const MAX_PAGE = 100;
/** The largest page that services give. */
const MAX_FETCH = 200;

export interface ConnectionArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** A place in a list: `skip` items behind a cursor of the service, or behind the beginning of the list. */
interface Place {
  readonly after?: string;
  readonly skip: number;
}

const encode = ({ after, skip }: Place): string =>
  Buffer.from(JSON.stringify(after === undefined ? [skip] : [skip, after])).toString('base64url');

const decode = (cursor: string): Place => {
  try {
    const [skip, after]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (typeof skip === 'number' && Number.isInteger(skip) && skip >= 0 && skip <= MAX_FETCH)
      return { skip, ...(typeof after === 'string' ? { after } : {}) };
  } catch {
    // falls through: whatever it is, it is no cursor
  }
  throw new AppError('malformed', 'This cursor was not made by this list');
};

const pageSize = (first: number | null | undefined): number => {
  const size = first ?? DEFAULT_PAGE;
  if (size < 1 || size > MAX_PAGE) throw new AppError('malformed', `\`first\` must be from 1 to ${MAX_PAGE}`);
  return size;
};

/** Moves a place forward over whole pages of the service until what is left fits into one request. */
const normalise = async <Item>(place: Place, size: number, fetch: FetchPage<Item>): Promise<Place> => {
  if (place.skip + size <= MAX_FETCH) return place;
  const { items, next } = await fetch({ first: MAX_FETCH - MAX_PAGE, ...afterOf(place) });
  return next === undefined ? place : { after: next, skip: place.skip - items.length };
};

type FetchPage<Item> = (page: PageRequest) => Promise<Page<Item>>;

const afterOf = ({ after }: Place): { after?: string } => (after === undefined ? {} : { after });

/**
 * Makes a Relay connection of a list whose service gives a cursor only for the end of a page: the cursor of an edge is
 * the service's cursor before it and the number of items between.
 */
export const connectionFrom = async <Item, Node>(
  args: ConnectionArgs,
  fetch: FetchPage<Item>,
  toNode: (item: Item) => Node,
): Promise<Connection<Node>> => {
  const size = pageSize(args.first);
  const isContinued = args.after !== null && args.after !== undefined;
  const place = await normalise(isContinued ? decode(args.after) : { skip: 0 }, size, fetch);
  const first = Math.min(place.skip + size, MAX_FETCH);
  const page = await fetch({ first, ...afterOf(place) });
  const items = page.items.slice(place.skip);
  const edges = items.map((item, index) => {
    const isEndOfPage = index === items.length - 1 && page.next !== undefined;
    const at = isEndOfPage ? { after: page.next, skip: 0 } : { ...place, skip: place.skip + index + 1 };
    return { cursor: encode(at), node: toNode(item) };
  });
  return {
    edges,
    pageInfo: {
      hasNextPage: page.next !== undefined,
      hasPreviousPage: isContinued,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? args.after ?? null,
    },
  };
};

/** The cost of a list field: one request, and as many things as the page may hold. */
export const listCost = ({ first }: ConnectionArgs): { field: number; multiplier: number } => ({
  field: REMOTE,
  multiplier: Math.min(Math.max(first ?? DEFAULT_PAGE, 1), MAX_PAGE),
});
