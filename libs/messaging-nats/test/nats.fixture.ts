import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ADMIN_USER, natsServerConfig, type NatsUser } from '@keyledger/infra-nats';
import { type deskUserOf, type ServiceName, serviceNames } from '@keyledger/messaging';
import { freePort, type NatsServer, startNats } from '@keyledger/testing';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectNats } from '../src/connection.ts';
import { isConnected } from '../src/connection-state.ts';
import { recordingLogger } from './recording-logger.ts';
import { waitUntil } from './wait-until.ts';

const users: readonly NatsUser[] = [ADMIN_USER, ...serviceNames];

type Login = NatsUser | ReturnType<typeof deskUserOf<ServiceName>>;

/** The desk of a service has the password of the service. */
const passwordOf = (user: Login): string => `${user.replace(/-desk$/, '')}-password`;

/** A server with the product's users that can be killed, robbed of its data and brought back on the same port. */
export class NatsFixture {
  readonly #directory = mkdtempSync(path.join(tmpdir(), 'keyledger-nats-'));
  readonly #port: number;
  readonly #connections: NatsConnection[] = [];
  #server: NatsServer | undefined;

  private constructor(port: number) {
    this.#port = port;
  }

  static async start(): Promise<NatsFixture> {
    const fixture = new NatsFixture(await freePort());
    await fixture.restart();
    return fixture;
  }

  async restart(): Promise<void> {
    this.#server = await startNats({
      port: this.#port,
      directory: this.#directory,
      configuration: natsServerConfig({
        users: Object.fromEntries(users.map((user) => [user, passwordOf(user)])),
        port: this.#port,
        storeDirectory: this.#directory,
      }),
      leftover: this.#directory,
    });
  }

  /** `kill -9`; resolves when every client has noticed. */
  async kill(): Promise<void> {
    this.#server?.process.kill('SIGKILL');
    await this.#server?.process.exited;
    await waitUntil(() => !this.#connections.some((connection) => isConnected(connection)));
  }

  /** Everything that JetStream stored. */
  deleteJetStream(): void {
    rmSync(path.join(this.#directory, 'jetstream'), { recursive: true, force: true });
  }

  get port(): number {
    return this.#port;
  }

  async connect(user: Login, password = passwordOf(user), port = this.#port): Promise<NatsConnection> {
    const connection = await connectNats({
      servers: `nats://127.0.0.1:${port}`,
      user,
      password,
      name: `test ${user}`,
      logger: recordingLogger(),
    });
    this.#connections.push(connection);
    return connection;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#connections.splice(0).map((connection) => connection.close()));
    await this.#server?.process.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
