import type { SecretView } from '@keyledger/contracts-vault';
import {
  type SecretCursor,
  type SecretFilter,
  type SecretReader,
  type SecretTable,
  supersededSince,
} from '../secret-table.port.ts';

const placeOf = ({ createdAt, secretId }: SecretCursor): string => `${createdAt} ${secretId}`;

const isTestable = ({ connection, status, unreadableSince }: SecretView): boolean =>
  connection !== undefined && status === 'sealed' && unreadableSince === undefined;

/** The read model in memory. Has no transactions. */
export class FakeSecretTable implements SecretTable<undefined>, SecretReader {
  readonly rows = new Map<string, SecretView>();

  async find(secretId: string): Promise<SecretView | undefined> {
    return this.rows.get(secretId);
  }

  async put(secret: SecretView): Promise<void> {
    this.rows.set(secret.secretId, secret);
  }

  async clear(): Promise<void> {
    this.rows.clear();
  }

  async page(filter: SecretFilter, limit: number, after?: SecretCursor): Promise<readonly SecretView[]> {
    return [...this.rows.values()]
      .filter(({ owner }) => filter.owner === undefined || owner === filter.owner)
      .filter(({ fingerprint }) => filter.fingerprint === undefined || fingerprint === filter.fingerprint)
      .filter((secret) => filter.isTestable === undefined || isTestable(secret))
      .filter(({ triedAt = '' }) => filter.triedBefore === undefined || triedAt < filter.triedBefore)
      .filter(({ unreadableSince }) => filter.needsReentry === undefined || unreadableSince !== undefined)
      .filter((secret) => after === undefined || placeOf(secret) < placeOf(after))
      .sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1))
      .slice(0, limit);
  }

  async withVersionsSupersededBefore(before: Date, limit: number): Promise<readonly string[]> {
    return [...this.rows.values()]
      .map((row) => ({ secretId: row.secretId, since: supersededSince(row) ?? '' }))
      .filter(({ since }) => since !== '' && since < before.toISOString())
      .sort((a, b) => (a.since < b.since ? -1 : 1))
      .slice(0, limit)
      .map(({ secretId }) => secretId);
  }
}
