import { queryDatabase, type System } from '@keyledger/e2e';

/** Who builds them, and what of a row follows from the events alone. */
const READ_MODELS = [
  ['registry', 'models', '*'],
  ['registry', 'providers', '*'],
  ['approval', 'key_requests', '*'],
  ['approval', 'due_work', 'request_id, kind, due_at, attempt, caused_by, traceparent'],
  ['vault', 'leases', '*'],
  ['delivery', 'deliveries', 'delivery_id, request_id'],
  ['audit', 'audit_log', '*'],
] as const;

const SERVICES = [...new Set(READ_MODELS.map(([service]) => service))];

/** Projections that have not come to the end of what their service may read. */
const BEHIND = SERVICES.map(
  (service) => `select '${service} ' || c.processor as projection from ${service}.checkpoints c, (
      select lpad(e.tx::text, 20, '0') as tx from event_store.events e
      where '${service}' = 'audit' or e.category in (
        select o.category from event_store.category_owners o where o.role = 'keyledger_${service}')
      order by e.tx desc limit 1
    ) newest where c.processor like 'projection:%' and (c.position is null or split_part(c.position, ':', 1) < newest.tx)`,
).join(' union all ');

const RESET = SERVICES.map(
  (service) =>
    `update ${service}.checkpoints set position = null, epoch = null, fence = fence + 1, holder = null, expires_at = null
      where processor like 'projection:%'`,
);

const caughtUp = (system: System): Promise<unknown> =>
  system.gateway.until(
    () => queryDatabase(system, BEHIND),
    ({ length }) => length === 0,
  );

const rowsOf = async (system: System): Promise<ReadonlyMap<string, readonly string[]>> => {
  const rows = new Map<string, readonly string[]>();
  for (const [service, table, columns] of READ_MODELS) {
    const text = `select row_to_json(r)::text as row from (select ${columns} from ${service}.${table}) r order by 1`;
    rows.set(
      `${service}.${table}`,
      (await queryDatabase<{ row: string }>(system, text)).map(({ row }) => row),
    );
  }
  return rows;
};

/**
 * Builds every read model anew from the first event and says where the former one was different. Leaves the new ones
 * behind.
 */
export const brokenReadModels = async (system: System): Promise<readonly string[]> => {
  const { stack } = system;
  await caughtUp(system);
  const names = stack.replicas.filter(({ service }) => service.name !== 'gateway').map(({ name }) => name);
  await Promise.all(names.map((name) => stack.pause(name)));
  const before = await rowsOf(system);
  for (const [service, table] of READ_MODELS) await queryDatabase(system, `truncate ${service}.${table}`);
  for (const text of RESET) await queryDatabase(system, text);
  await Promise.all(names.map((name) => stack.resume(name)));
  await caughtUp(system);
  const rebuilt = await rowsOf(system);
  return [...before].flatMap(([table, rows]) => differences(table, rows, rebuilt.get(table) ?? []));
};

const differences = (table: string, before: readonly string[], rebuilt: readonly string[]): string[] => {
  const [had, has] = [new Set(before), new Set(rebuilt)];
  return [
    ...rebuilt.filter((row) => !had.has(row)).map((row) => `${table} lacked, or had otherwise, ${row}`),
    ...before.filter((row) => !has.has(row)).map((row) => `${table} had ${row}, which a rebuild does not give`),
  ];
};
