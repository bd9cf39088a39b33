import { describe, expect, it } from '@jest/globals';
import { cutPage, type PagePlace, placeIn } from './page-place.ts';

const place: PagePlace = ['2026-11-21T08:00:00.123Z', '01930f5e-7d3c-7c4e-9d5a-2f8f4f0f6d11'];
const later: PagePlace = ['2026-11-21T09:00:00.000Z', '01930f5e-7d3d-7c4e-9d5a-2f8f4f0f6d11'];

const cursorOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a page', () => {
  it('has a cursor behind its last item when more was found', () => {
    const { items, next } = cutPage([place, later], 1, (item) => item);
    expect(items).toEqual([place]);
    expect(placeIn(next!)).toEqual(place);
  });

  it('has none when it is the last one', () => {
    expect(cutPage([place], 1, (item) => item)).toEqual({ items: [place] });
    expect(cutPage<PagePlace>([], 1, (item) => item)).toEqual({ items: [] });
  });
});

describe('a cursor', () => {
  it.each([
    ['nothing', ''],
    ['no base64', '***'],
    ['no JSON', Buffer.from('[').toString('base64url')],
    ['of another list', cursorOf([1, 2])],
    ['of a moment that no store knows', cursorOf(['0000-01-01T00:00:00Z', place[1]])],
    ['of a moment that is none', cursorOf(['2026-13-45T00:00:00Z', place[1]])],
    ['with more behind', cursorOf([...place, 'more'])],
  ])('is refused when it is %s', (_what, cursor) => {
    expect(() => placeIn(cursor)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});
