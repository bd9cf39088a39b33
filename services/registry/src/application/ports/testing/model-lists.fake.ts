import { modelGroups, type ModelIdentity, type ModelListing } from '../../../domain/model/model.messages.ts';
import type { ModelKey, ModelLists, ModelRows } from '../model-lists.port.ts';

const compareText = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const compareKeys = (a: ModelKey, b: ModelKey): number =>
  modelGroups.indexOf(a.group) - modelGroups.indexOf(b.group) || a.place - b.place || compareText(a.modelId, b.modelId);

const keyOf = ({ providerId, modelId }: ModelIdentity): string => JSON.stringify([providerId, modelId]);

/** The lists of models in memory; they need no transaction. */
export class FakeModelLists implements ModelRows<unknown>, ModelLists {
  readonly #models = new Map<string, ModelListing>();

  put(listing: ModelListing): Promise<void> {
    this.#models.set(keyOf(listing), listing);
    return Promise.resolve();
  }

  remove(model: ModelIdentity): Promise<void> {
    this.#models.delete(keyOf(model));
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#models.clear();
    return Promise.resolve();
  }

  page(first: number, after: ModelKey | undefined): Promise<readonly ModelListing[]> {
    const behind = [...this.#models.values()].filter((model) => after === undefined || compareKeys(model, after) > 0);
    return Promise.resolve(behind.sort(compareKeys).slice(0, first));
  }

  featured(): Promise<readonly ModelListing[]> {
    const place = ({ featured }: ModelListing): number => featured?.place ?? 0;
    const featured = [...this.#models.values()].filter((model) => model.featured !== undefined);
    return Promise.resolve(featured.sort((a, b) => place(a) - place(b)));
  }
}
