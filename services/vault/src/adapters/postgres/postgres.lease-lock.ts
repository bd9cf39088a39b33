import { translated } from '@keyledger/event-store-postgres';
import pg from 'pg';
import type { LeaseLock } from '../../application/ports/lease-lock.port.ts';

/** Keeps these advisory locks apart from those of other uses in the same database. */
const NAMESPACE = 'keyledger.lease:';

const TIMEOUT_MS = 5_000;

/**
 * Session-level advisory locks. One connection of its own holds all locks of this process, so that a lock never waits for
 * the pool that its holder needs to do the work. The server knows no difference between two uses inside one session, so
 * the process keeps its own list as well. When the connection breaks, the server frees the locks.
 */
export class PostgresLeaseLock implements LeaseLock, AsyncDisposable {
  readonly #url: string;
  readonly #held = new Set<string>();
  #client: Promise<pg.Client> | undefined;
  /** Ends when the latest query has: a connection takes one at a time. */
  #busy: Promise<unknown> = Promise.resolve();

  constructor(url: string) {
    this.#url = url;
  }

  async tryHold<Result>(
    leaseId: string,
    work: () => Promise<Result>,
  ): Promise<{ readonly result: Result } | undefined> {
    if (this.#held.has(leaseId)) return undefined;
    this.#held.add(leaseId);
    try {
      if (!(await this.#acquire(leaseId))) return undefined;
      try {
        return { result: await work() };
      } finally {
        await this.#release(leaseId);
      }
    } finally {
      this.#held.delete(leaseId);
    }
  }

  /** Nest calls this when the application ends. */
  onModuleDestroy(): Promise<void> {
    return this.close();
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await (await client?.catch(() => undefined))?.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #acquire(leaseId: string): Promise<boolean> {
    const text = 'select pg_try_advisory_lock(hashtextextended($1, 0)) as held';
    const { rows } = await translated(this.#inTurn(() => this.#query<{ held: boolean }>(text, leaseId)));
    return rows[0]?.held === true;
  }

  /** A lock that cannot be given back goes with its connection. */
  async #release(leaseId: string): Promise<void> {
    const text = 'select pg_advisory_unlock(hashtextextended($1, 0))';
    await this.#inTurn(() => this.#query(text, leaseId)).catch(() => undefined);
  }

  #inTurn<Result>(query: () => Promise<Result>): Promise<Result> {
    const turn = this.#busy.then(query, query);
    this.#busy = turn.catch(() => undefined);
    return turn;
  }

  /** A connection that failed once, also by silence, is not used again. */
  async #query<Row extends pg.QueryResultRow>(text: string, leaseId: string): Promise<pg.QueryResult<Row>> {
    const connecting = this.#connection();
    const client = await connecting;
    try {
      return await client.query<Row>(text, [`${NAMESPACE}${leaseId}`]);
    } catch (error) {
      this.#forget(connecting);
      client.end().catch(() => undefined);
      throw error;
    }
  }

  #forget(connection: Promise<pg.Client>): void {
    if (this.#client === connection) this.#client = undefined;
  }

  #connection(): Promise<pg.Client> {
    if (this.#client !== undefined) return this.#client;
    const connecting = this.#connect();
    const forget = (): void => this.#forget(connecting);
    this.#client = connecting;
    connecting.then((client) => client.once('end', forget), forget);
    return connecting;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'keyledger-vault-locks',
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      keepAlive: true,
    });
    // An error without a listener would end the process; what was asked through this connection rejects by itself.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }
}
