import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listing } from '../../../domain/model/model.examples.ts';
import type { ModelListing } from '../../../domain/model/model.messages.ts';
import type { ModelKey, ModelLists, ModelRows } from '../model-lists.port.ts';

export interface ModelListsSubject<Tx> {
  readonly rows: ModelRows<Tx>;
  readonly lists: ModelLists;
  /** Runs `work` in a transaction that is kept. */
  commit(work: (tx: Tx) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

const { featured: _featured, description: _description, ...plain } = listing;

const configured = (modelId: string, place: number): ModelListing => ({ ...plain, modelId, place });

const ofIssuer = (modelId: string): ModelListing => ({
  ...plain,
  modelId,
  title: modelId,
  source: 'litellm',
  group: 'issuer',
  place: 0,
});

const ids = (listings: readonly ModelListing[]) => listings.map(({ modelId }) => modelId);

const inOrder = ['zeta', 'alpha', 'featured', 'A/upper', 'B', 'a/b', 'ü'];

const all: readonly ModelListing[] = [
  ofIssuer('ü'),
  ofIssuer('B'),
  configured('alpha', 1),
  { ...configured('featured', 0), group: 'featured-only', featured: { title: 'First', place: 0 } },
  ofIssuer('a/b'),
  { ...configured('zeta', 0), featured: { title: 'Second', subtitle: 'of two', place: 1 } },
  ofIssuer('A/upper'),
];

/** The promises of `ModelRows` and `ModelLists`. */
export const modelListsContract = <Tx>(name: string, start: () => Promise<ModelListsSubject<Tx>>): void => {
  describe(`${name} as the lists of models`, () => {
    let subject: ModelListsSubject<Tx>;
    const put = (...listings: readonly ModelListing[]) =>
      subject.commit(async (tx) => {
        for (const one of listings) await subject.rows.put(one, tx);
      });

    beforeEach(async () => {
      subject = await start();
    });

    afterEach(() => subject.close());

    it('lists by group, then place, then id', async () => {
      await put(...all);
      expect(ids(await subject.lists.page(100, undefined))).toEqual(inOrder);
    });

    it('returns a model as it was put', async () => {
      await put(listing);
      expect(await subject.lists.page(1, undefined)).toEqual([listing]);
    });

    it.each([1, 2, 3, 7])('is paged in steps of %i without gap or double', async (first) => {
      await put(...all);
      const seen: string[] = [];
      let after: ModelKey | undefined;
      do {
        const page = await subject.lists.page(first, after);
        seen.push(...ids(page));
        after = page.at(-1);
      } while (after !== undefined);
      expect(seen).toEqual(inOrder);
    });

    it('goes on behind a model that is gone', async () => {
      await put(...all);
      await subject.commit((tx) => subject.rows.remove({ providerId: 'litellm', modelId: 'B' }, tx));
      expect(ids(await subject.lists.page(2, ofIssuer('B')))).toEqual(['a/b', 'ü']);
    });

    it('lists the featured models in their own order', async () => {
      await put(...all);
      expect(ids(await subject.lists.featured())).toEqual(['featured', 'zeta']);
    });

    it('replaces what it knew of a model', async () => {
      await put(...all, configured('zeta', 5));
      expect(ids(await subject.lists.page(2, undefined))).toEqual(['alpha', 'zeta']);
      expect(ids(await subject.lists.featured())).toEqual(['featured']);
    });

    it('tells models of two providers apart', async () => {
      await put(configured('same', 0), { ...configured('same', 1), providerId: 'other' });
      await subject.commit((tx) => subject.rows.remove({ providerId: 'other', modelId: 'same' }, tx));
      expect(await subject.lists.page(10, undefined)).toEqual([configured('same', 0)]);
    });

    it('forgets a model once, and takes that twice', async () => {
      await put(configured('a', 0));
      for (let times = 0; times < 2; times += 1)
        await subject.commit((tx) => subject.rows.remove({ providerId: 'litellm', modelId: 'a' }, tx));
      expect(await subject.lists.page(10, undefined)).toEqual([]);
    });

    it('is empty after clearing', async () => {
      await put(...all);
      await subject.commit((tx) => subject.rows.clear(tx));
      expect(await subject.lists.page(10, undefined)).toEqual([]);
      expect(await subject.lists.featured()).toEqual([]);
    });
  });
};
