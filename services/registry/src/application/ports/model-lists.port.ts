import type { ModelIdentity, ModelListing } from '../../domain/model/model.messages.ts';

/** The writing side of the read model; `Tx` is the transaction of the projection. */
export interface ModelRows<Tx> {
  /** Adds a model or replaces what was known of it. */
  put(listing: ModelListing, tx: Tx): Promise<void>;
  /** Removes a model; one that is not there is no error. */
  remove(model: ModelIdentity, tx: Tx): Promise<void>;
  /** Removes all. */
  clear(tx: Tx): Promise<void>;
}

/** Where a model stands in the list: by group, then place, then id in the order of code units. */
export type ModelKey = Pick<ModelListing, 'group' | 'place' | 'modelId'>;

/** The reading side; may lag behind the events. Both methods throw `unavailable` when the list cannot be reached. */
export interface ModelLists {
  /** At most `first` models in order of `ModelKey`, beginning behind `after`, whether that one still exists or not. */
  page(first: number, after: ModelKey | undefined): Promise<readonly ModelListing[]>;
  /** The featured models in the order of their featured place. */
  featured(): Promise<readonly ModelListing[]>;
}

export const MODEL_LISTS: unique symbol = Symbol('ModelLists');
