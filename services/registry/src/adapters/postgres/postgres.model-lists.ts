import { translated } from '@keyledger/event-store-postgres';
import type { ClientBase, Pool } from 'pg';
import type { ModelLists, ModelRows } from '../../application/ports/model-lists.port.ts';
import { modelGroups, type ModelListing } from '../../domain/model/model.messages.ts';

/** Writes in the transaction of the projection. */
export const postgresModelRows: ModelRows<ClientBase> = {
  put: async (listing, tx) => {
    const { providerId, modelId, group, place, featured } = listing;
    await tx.query({
      name: 'put-model',
      text: `insert into models (provider_id, model_id, group_order, place, featured_place, listing)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (provider_id, model_id) do update set group_order = excluded.group_order,
          place = excluded.place, featured_place = excluded.featured_place, listing = excluded.listing`,
      values: [
        providerId,
        modelId,
        modelGroups.indexOf(group),
        place,
        featured?.place ?? null,
        JSON.stringify(listing),
      ],
    });
  },
  remove: async ({ providerId, modelId }, tx) => {
    await tx.query({
      name: 'remove-model',
      text: 'delete from models where provider_id = $1 and model_id = $2',
      values: [providerId, modelId],
    });
  },
  clear: async (tx) => {
    await tx.query('delete from models');
  },
};

interface Row {
  readonly listing: ModelListing;
}

const listings = ({ rows }: { readonly rows: readonly Row[] }): readonly ModelListing[] =>
  rows.map(({ listing }) => listing);

export const postgresModelLists = (pool: Pool): ModelLists => ({
  page: async (first, after) =>
    listings(
      await translated(
        pool.query<Row>({
          name: 'page-of-models',
          text: `select listing from models where (group_order, place, model_id) > ($1, $2, $3)
            order by group_order, place, model_id limit $4`,
          // Before the first group when there is no key.
          values: [
            after === undefined ? -1 : modelGroups.indexOf(after.group),
            after?.place ?? 0,
            after?.modelId ?? '',
            first,
          ],
        }),
      ),
    ),
  featured: async () =>
    listings(
      await translated(
        pool.query<Row>({
          name: 'featured-models',
          text: 'select listing from models where featured_place is not null order by featured_place, model_id',
        }),
      ),
    ),
});
