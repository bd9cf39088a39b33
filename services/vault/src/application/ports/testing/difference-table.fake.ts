import type { DifferenceView } from '@keyledger/contracts-vault';
import type {
  DifferenceCursor,
  DifferenceFilter,
  DifferenceReader,
  DifferenceTable,
} from '../difference-table.port.ts';

const placeOf = ({ foundAt, differenceId }: DifferenceCursor): string => `${foundAt} ${differenceId}`;

/** The read model in memory. Has no transactions. */
export class FakeDifferenceTable implements DifferenceTable<undefined>, DifferenceReader {
  readonly rows = new Map<string, DifferenceView>();

  async find(differenceId: string): Promise<DifferenceView | undefined> {
    return this.rows.get(differenceId);
  }

  async put(difference: DifferenceView): Promise<void> {
    this.rows.set(difference.differenceId, difference);
  }

  async clear(): Promise<void> {
    this.rows.clear();
  }

  async issuerOf(differenceId: string): Promise<string | undefined> {
    return this.rows.get(differenceId)?.issuer;
  }

  async page(filter: DifferenceFilter, limit: number, after?: DifferenceCursor): Promise<readonly DifferenceView[]> {
    return [...this.rows.values()]
      .filter(({ issuer }) => filter.issuer === undefined || issuer === filter.issuer)
      .filter(({ kind }) => filter.kind === undefined || kind === filter.kind)
      .filter(({ status }) => filter.statuses === undefined || filter.statuses.includes(status))
      .filter(({ leaseId }) => filter.leaseId === undefined || leaseId === filter.leaseId)
      .filter((difference) => after === undefined || placeOf(difference) < placeOf(after))
      .sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1))
      .slice(0, limit);
  }

  async countPending(): Promise<ReadonlyMap<DifferenceView['kind'], number>> {
    const pending = [...this.rows.values()].filter(({ status }) => status === 'open' || status === 'repairing');
    const byKind = Map.groupBy(pending, ({ kind }) => kind);
    return new Map([...byKind].map(([kind, rows]) => [kind, rows.length]));
  }
}
