import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newId } from '@keyledger/event-sourcing';
import type { InputOf, Operation, ReplyOf } from '@keyledger/messaging';
import {
  connectNats,
  generatePrincipalKeys,
  joseSigner,
  natsRequestReply,
  type PrincipalKeyFiles,
  writePrincipalKeys,
} from '@keyledger/messaging-nats';
import { testNats, type TestNats, testPostgres, type TestDatabase, type TestPostgres } from '@keyledger/testing';
import { TcpDoor } from './tcp-door.ts';

/** Real servers behind doors, keys of all services, and an asker in the gateway's name. */
export class Stage {
  readonly natsDoor: TcpDoor;
  readonly postgresDoor: TcpDoor;
  readonly #resources: AsyncDisposableStack;
  readonly #nats: TestNats;
  readonly #database: TestDatabase;
  readonly #keys: PrincipalKeyFiles;

  private constructor(
    resources: AsyncDisposableStack,
    nats: TestNats,
    database: TestDatabase,
    keys: PrincipalKeyFiles,
  ) {
    this.#resources = resources;
    this.#nats = nats;
    this.#database = database;
    this.#keys = keys;
    this.natsDoor = new TcpDoor(nats.url);
    this.postgresDoor = new TcpDoor(database.adminUrl);
    resources.defer(() => this.natsDoor.close());
    resources.defer(() => this.postgresDoor.close());
  }

  static async open(): Promise<Stage> {
    const resources = new AsyncDisposableStack();
    const directory = mkdtempSync(path.join(tmpdir(), 'keyledger-nest-kit-'));
    resources.defer(() => rmSync(directory, { recursive: true }));
    const nats = await testNats({ isOpen: true });
    resources.defer(() => nats.stop());
    const postgres: TestPostgres = await testPostgres();
    resources.defer(() => postgres.stop());
    const database = await postgres.createDatabase();
    resources.defer(() => database.drop());
    const stage = new Stage(resources, nats, database, writePrincipalKeys(directory, await generatePrincipalKeys()));
    await stage.natsDoor.open();
    await stage.postgresDoor.open();
    return stage;
  }

  /** Environment of a service whose way to NATS and PostgreSQL leads through the doors. */
  env(service: 'registry' | 'gateway' = 'registry'): Record<string, string> {
    const databaseUrl = new URL(this.#database.urlFor('registry'));
    databaseUrl.host = `127.0.0.1:${this.postgresDoor.port}`;
    return {
      NATS_URL: `nats://127.0.0.1:${this.natsDoor.port}`,
      NATS_PASSWORD: this.#nats.credentials(service).password,
      DATABASE_URL: databaseUrl.href,
      HEALTH_PORT: '0',
      PRINCIPAL_KEY_FILE: this.#keys.signing[service],
      PRINCIPAL_TRUST_FILE: this.#keys.trust,
    };
  }

  async ask<O extends Operation>(operation: O, input: InputOf<O>, correlationId = newId()): Promise<ReplyOf<O>> {
    const connection = await connectNats({
      servers: this.#nats.url,
      ...this.#nats.credentials('gateway'),
      name: 'spec',
    });
    try {
      const signer = joseSigner({ service: 'gateway', privateKeyFile: this.#keys.signing.gateway });
      return await natsRequestReply({ connection, signer }).request(operation, input, {
        principal: { kind: 'user', id: 'admin', roles: ['admin'], proof: 'basic' },
        correlationId,
        causationId: newId(),
      });
    } finally {
      await connection.close();
    }
  }

  async close(): Promise<void> {
    await this.#resources.disposeAsync();
  }
}
