import type { AuditEvent, AuditFilter } from '@keyledger/contracts-audit';

/** The writing side; `Tx` is the transaction of the projection. */
export interface AuditLogRows<Tx> {
  /** Adds an event; one that is there already stays as it is. */
  add(event: AuditEvent, tx: Tx): Promise<void>;
  /** Removes all. */
  clear(tx: Tx): Promise<void>;
}

export interface AuditPageRequest {
  /** At most so many events. */
  readonly first: number;
  /** Position behind which the page begins; absent: from the first event. */
  readonly after?: string;
}

/** The reading side. Events come in the total order, oldest first. */
export interface AuditLog {
  /** Events that pass every condition of the filter; lists within a condition are alternatives. */
  find(filter: AuditFilter, page: AuditPageRequest): Promise<readonly AuditEvent[]>;

  /**
   * Events that belong to any of the correlations: those that carry one, and all events of streams that were begun under
   * one, except streams that several keys share.
   */
  findRelated(correlationIds: readonly string[], page: AuditPageRequest): Promise<readonly AuditEvent[]>;

  /**
   * The correlations under which the streams with this id part began; the id itself when events carry it as correlation.
   * Empty for an id that no event knows.
   */
  correlationsOf(id: string): Promise<readonly string[]>;
}

export const AUDIT_LOG: unique symbol = Symbol('AuditLog');
