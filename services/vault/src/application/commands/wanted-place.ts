import {
  type Connection,
  connectionOf,
  type ConnectionRefusal,
  type WantedConnection,
} from '../../domain/providers/connection.ts';

type Place =
  | Readonly<{ outcome: 'placed'; given: { readonly connection?: Connection } }>
  | Readonly<{ outcome: 'refused'; code: ConnectionRefusal }>;

/** Where a value is said to belong, with its whole address. */
export const placeOf = (wanted: WantedConnection | undefined): Place => {
  if (wanted === undefined) return { outcome: 'placed', given: {} };
  const found = connectionOf(wanted);
  return found.outcome === 'refused' ? found : { outcome: 'placed', given: { connection: found.connection } };
};
