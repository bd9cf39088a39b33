import { translated } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import { QUOTA_WINDOW_MS, type TestQuota } from '../../application/ports/test-quota.port.ts';

/** One statement, so that the row is locked while it is counted. `$3`: windows that began up to then are over. */
const TAKE = `
  insert into test_quota as known (subject, began_at, count) values ($1, $2, 1)
  on conflict (subject) do update set
    began_at = case when known.began_at <= $3 then excluded.began_at else known.began_at end,
    count = case when known.began_at <= $3 then 1 else known.count + 1 end
  returning began_at, count`;

export const postgresTestQuota = (pool: pg.Pool): TestQuota => ({
  take: async (subject, mostPerMinute, now) => {
    const values = [subject, now, new Date(now.getTime() - QUOTA_WINDOW_MS)];
    const { rows } = await translated(pool.query<{ began_at: Date; count: number }>(TAKE, values));
    const [window] = rows;
    if (window === undefined || window.count <= mostPerMinute) return 0;
    return window.began_at.getTime() + QUOTA_WINDOW_MS - now.getTime();
  },
});
