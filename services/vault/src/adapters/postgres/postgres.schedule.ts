import { translated } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import type { Schedule } from '../../application/ports/schedule.port.ts';

const UPSERT = `
  insert into schedule (task, done_at) values ($1, $2)
  on conflict (task) do update set done_at = greatest(schedule.done_at, excluded.done_at)`;

export const postgresSchedule = (pool: pg.Pool): Schedule => ({
  lastDone: async (task) => {
    const text = 'select done_at from schedule where task = $1';
    const { rows } = await translated(pool.query<{ done_at: Date }>(text, [task]));
    return rows[0]?.done_at;
  },
  done: async (task, at) => {
    await translated(pool.query(UPSERT, [task, at]));
  },
});
