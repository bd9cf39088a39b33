import type { IntegrationEventDefinition } from '@keyledger/messaging';
import * as approval from '@keyledger/contracts-approval';
import * as delivery from '@keyledger/contracts-delivery';
import * as registry from '@keyledger/contracts-registry';
import * as vault from '@keyledger/contracts-vault';
import pg from 'pg';
import type { System } from './system.ts';

export interface StoredEvent {
  readonly id: string;
  readonly stream: string;
  readonly category: string;
  readonly revision: string;
  readonly type: string;
  readonly correlationId: string;
  readonly recordedAt: Date;
}

const STORED = `select event_id as id, stream, category, revision::text, type, recorded_at as "recordedAt",
    metadata->>'correlationId' as "correlationId"
  from event_store.events order by tx, position`;

/** One statement with the rights of a superuser. */
export const queryDatabase = async <Row extends pg.QueryResultRow>(
  { stack }: System,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> => {
  const client = new pg.Client({ connectionString: stack.postgresUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
};

/** The event store as it is, in the order of the log. */
export const storedEvents = (system: System): Promise<StoredEvent[]> => queryDatabase<StoredEvent>(system, STORED);

export interface ExportedEvent {
  readonly id: string;
  readonly type: string;
  readonly sequence: string;
  readonly subject: string;
}

/** The whole history as an auditor exports it. */
export const exportHistory = async ({ gateway }: System): Promise<readonly ExportedEvent[]> => {
  const response = await gateway.fetch('/api/audit/export', { headers: gateway.administrator });
  if (response.status !== 200) throw new Error(`The export answers ${response.status}`);
  const text = await response.text();
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ExportedEvent);
};

const isDefinition = (exported: unknown): exported is IntegrationEventDefinition =>
  typeof exported === 'object' && exported !== null && 'category' in exported && 'subject' in exported;

const published = [registry, approval, vault, delivery].flatMap((contract) =>
  Object.values<unknown>(contract).filter(isDefinition),
);

const masterKeyStatus = (type: string) => [`masterKey ${type}`, vault.MasterKeyStatusChanged] as const;

/** What is told under another name than it is stored under; here every secret is the key of a lease. */
const renamed = new Map<string, IntegrationEventDefinition>([
  ['secret SecretRevealed', vault.LeaseRevealed],
  masterKeyStatus('MasterKeyActivated'),
  masterKeyStatus('MasterKeyResumed'),
  masterKeyStatus('MasterKeyDeactivated'),
  masterKeyStatus('MasterKeySuspended'),
  masterKeyStatus('MasterKeyCompromised'),
  masterKeyStatus('MasterKeyDestroyed'),
]);

const definitionOf = ({ category, type }: StoredEvent): IntegrationEventDefinition | undefined =>
  renamed.get(`${category} ${type}`) ??
  published.find((definition) => definition.category === category && definition.type === type);

/** The subject on which other services learn of an event; `undefined` for one that its service keeps to itself. */
export const subjectOf = (event: StoredEvent): string | undefined => definitionOf(event)?.subject;
