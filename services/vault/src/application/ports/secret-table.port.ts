import type { SecretView } from '@keyledger/contracts-vault';

export interface SecretFilter {
  readonly owner?: string;
  /** Of the version that counts. */
  readonly fingerprint?: string;
  /** Those that lie sealed, need no re-entry and say where they belong. */
  readonly isTestable?: true;
  /** Those that were not opened for a test since then. */
  readonly triedBefore?: string;
  /** Only those of which the version that counts does not open any more. */
  readonly needsReentry?: true;
}

/** Where a page begins: behind the secret with this time and id. */
export interface SecretCursor {
  readonly createdAt: string;
  readonly secretId: string;
}

/** Written by the projection, in its transaction. */
export interface SecretTable<Tx> {
  /** What `put` stored last; `undefined` when there is none. */
  find(secretId: string, tx: Tx): Promise<SecretView | undefined>;
  /** Inserts or replaces. */
  put(secret: SecretView, tx: Tx): Promise<void>;
  /** Removes every row. */
  clear(tx: Tx): Promise<void>;
}

/** Read by everybody else; may lag behind the events. Throws `unavailable` when the store cannot be reached. */
export interface SecretReader {
  /**
   * At most `limit` secrets, newest first, ties by id downwards. Secrets that come while somebody pages neither move nor
   * repeat what lies behind the cursor.
   */
  page(filter: SecretFilter, limit: number, after?: SecretCursor): Promise<readonly SecretView[]>;

  /**
   * Ids of at most `limit` secrets that were handed in and have an earlier version which has not counted since `before` and
   * is not shredded, the longest one first.
   */
  withVersionsSupersededBefore(before: Date, limit: number): Promise<readonly string[]>;
}

/** Since when the oldest earlier version that can still be restored has not counted; `undefined` where there is none. */
export const supersededSince = ({ origin, status, versions }: SecretView): string | undefined =>
  origin === 'submitted' && status === 'sealed'
    ? versions
        .flatMap(({ supersededAt, shreddedAt }) => (shreddedAt === undefined ? (supersededAt ?? []) : []))
        .sort()[0]
    : undefined;
