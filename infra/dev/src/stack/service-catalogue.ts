import { existsSync } from 'node:fs';
import type { DatabaseService } from '@keyledger/infra-postgres';
import type { ServiceName } from '@keyledger/messaging';
import { inRepository } from '@keyledger/testing';

/** A service and where it lies. */
export type ServiceSpec =
  | { readonly name: DatabaseService; readonly entry: string; readonly migrations: string | undefined }
  | { readonly name: 'gateway'; readonly entry: string };

const directories: Readonly<Record<ServiceName, string>> = {
  registry: 'registry',
  vault: 'vault',
  approval: 'approval',
  delivery: 'delivery',
  audit: 'audit',
  gateway: 'gateway-graphql',
};

const specOf = (name: ServiceName): ServiceSpec => {
  const entry = inRepository('services', directories[name], 'src/main.ts');
  if (name === 'gateway') return { name, entry };
  const migrations = inRepository('services', directories[name], 'migrations');
  return { name, entry, migrations: existsSync(migrations) ? migrations : undefined };
};

/** In the order in which they are shown; they start all at once. */
export const productServices = (): readonly ServiceSpec[] => (Object.keys(directories) as ServiceName[]).map(specOf);
