import type { ServiceName } from '@keyledger/messaging';
import type { LiteLlm, Mailbox } from '@keyledger/testing';
import type { DataDirectory } from './data-directory.ts';
import { adminUrl } from './databases.ts';
import type { Tell } from './events.ts';
import type { Infrastructure } from './infrastructure.ts';
import type { Ports } from './ports.ts';
import { placeReplica, type Replica, replicaName } from './replicas.ts';
import type { StackSecrets } from './secrets.ts';
import { serviceEnvironment, type EnvironmentOptions } from './service-environment.ts';
import type { ServiceSpec } from './service-catalogue.ts';
import { serviceLauncher } from './service-launcher.ts';
import type { StandIns } from './stand-ins.ts';
import { SupervisedPart } from './supervised-part.ts';

export interface StackParts extends Infrastructure {
  readonly ports: Ports;
  readonly portMode: 'usual' | 'free';
  readonly data: DataDirectory;
  readonly secrets: StackSecrets;
  readonly standIns: StandIns;
  readonly services: readonly ServiceSpec[];
  readonly environment: EnvironmentOptions;
  readonly tell: Tell;
  /** Last of all. */
  readonly release: () => void;
}

/**
 * Everything that runs. Parts have names: `postgres`, `nats`, and the services with their replicas, `vault`, `vault/2`.
 * A part that ends unasked is started again; the stand-ins run in this process.
 */
export class Stack {
  readonly #parts: StackParts;
  readonly #services = new Map<string, { readonly replica: Replica; readonly part: SupervisedPart }>();
  #stopped: Promise<void> | undefined;

  constructor(parts: StackParts) {
    this.#parts = parts;
  }

  get ports(): Ports {
    return this.#parts.ports;
  }

  get secrets(): StackSecrets {
    return this.#parts.secrets;
  }

  get data(): DataDirectory {
    return this.#parts.data;
  }

  get mailbox(): Mailbox {
    return this.#parts.standIns.mailbox;
  }

  get litellm(): LiteLlm | undefined {
    return this.#parts.standIns.litellm;
  }

  /** Of the first replica of the gateway. */
  get gatewayUrl(): string {
    return `http://localhost:${this.ports.gateway}`;
  }

  /** Every replica of every service. */
  get replicas(): readonly Replica[] {
    return [...this.#services.values()].map(({ replica }) => replica);
  }

  get names(): readonly string[] {
    return ['postgres', 'nats', ...this.#services.keys()];
  }

  /** As superuser, connected to the database of the product. */
  get postgresUrl(): string {
    return adminUrl(this.ports.postgres, this.secrets);
  }

  get natsUrl(): string {
    return `nats://127.0.0.1:${this.ports.nats}`;
  }

  pidOf(name: string): number | undefined {
    return this.#part(name).pid;
  }

  /** Sends a signal and waits for the end of that process. It is then started again by itself. */
  kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    return this.#part(name).kill(signal);
  }

  /** Ends one part in good order; it stays down until `resume`. */
  pause(name: string): Promise<void> {
    return this.#part(name).stop();
  }

  resume(name: string): Promise<void> {
    return this.#part(name).start();
  }

  async restart(name: string): Promise<void> {
    await this.pause(name);
    await this.resume(name);
  }

  /** Resolves when these parts (default: all) are ready. */
  async whenReady(names: readonly string[] = this.names): Promise<void> {
    await Promise.all(names.map((name) => this.#part(name).whenReady()));
  }

  /** Starts or ends replicas of a service until there are so many. */
  async scale(service: ServiceName, count: number): Promise<void> {
    const spec = this.#parts.services.find(({ name }) => name === service);
    if (!spec) throw new Error(`This stack has no service ${service}`);
    const present = this.replicas.filter((replica) => replica.service.name === service).length;
    const added: Replica[] = [];
    for (let number = present + 1; number <= count; number += 1)
      added.push(await placeReplica(this.#parts.services, spec, number, this.ports, this.#parts.portMode));
    await this.startReplicas(added);
    for (let number = present; number > count; number -= 1) await this.#remove(replicaName(service, number));
  }

  async startReplicas(replicas: readonly Replica[]): Promise<void> {
    const { environment, tell } = this.#parts;
    const parts = replicas.map((replica) => {
      const { name, healthPort, service } = replica;
      const env = serviceEnvironment(service, replica, environment);
      const part = new SupervisedPart(serviceLauncher({ name, entry: service.entry, healthPort, env }, tell), tell);
      this.#services.set(name, { replica, part });
      return part;
    });
    await Promise.all(parts.map((part) => part.start()));
  }

  /** Services first, so that they can finish what they do, then what they stand on. Leaves no process behind. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { standIns, postgres, nats, release, tell } = this.#parts;
    tell({ kind: 'stopping' });
    await Promise.all([...this.#services.values()].map(({ part }) => part.stop()));
    await Promise.all([postgres.stop(), nats.stop(), standIns.stop()]);
    release();
  }

  async #remove(name: string): Promise<void> {
    await this.#part(name).stop();
    this.#services.delete(name);
  }

  #part(name: string): SupervisedPart {
    const { postgres, nats } = this.#parts;
    const part = name === 'postgres' ? postgres : name === 'nats' ? nats : this.#services.get(name)?.part;
    if (!part) throw new Error(`No part is called ${name}; there are ${this.names.join(', ')}`);
    return part;
  }
}
