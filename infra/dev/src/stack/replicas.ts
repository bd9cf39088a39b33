import type { ServiceName } from '@keyledger/messaging';
import { freePort } from '@keyledger/testing';
import type { Ports, WantedPort } from './ports.ts';
import { portTable } from './ports.ts';
import type { ServiceSpec } from './service-catalogue.ts';
import type { Scale } from './stack-options.ts';

export interface Replica {
  readonly service: ServiceSpec;
  /** `vault` for the first, then `vault/2` and so on. */
  readonly name: string;
  readonly healthPort: number;
  /** Of the gateway only: the first has the port that was asked for, the next ones those behind it. */
  readonly gatewayPort: number;
}

const PORTS_PER_SERVICE = 10;

export const replicaName = (service: ServiceName, number: number): string =>
  number === 1 ? service : `${service}/${number}`;

/** Places one replica. Ports are counted on from the base of each kind, or whatever is free. */
export const placeReplica = async (
  services: readonly ServiceSpec[],
  service: ServiceSpec,
  number: number,
  ports: Ports,
  mode: 'usual' | 'free',
): Promise<Replica> => ({
  service,
  name: replicaName(service.name, number),
  healthPort:
    mode === 'free' ? await freePort() : ports.health + services.indexOf(service) * PORTS_PER_SERVICE + number - 1,
  gatewayPort:
    number > 1 && mode === 'free' && service.name === 'gateway' ? await freePort() : ports.gateway + number - 1,
});

export const placeReplicas = async (
  services: readonly ServiceSpec[],
  scale: Scale,
  ports: Ports,
  mode: 'usual' | 'free',
): Promise<Replica[]> => {
  const replicas: Replica[] = [];
  for (const service of services)
    for (let number = 1; number <= (scale[service.name] ?? 1); number += 1)
      replicas.push(await placeReplica(services, service, number, ports, mode));
  return replicas;
};

/** Everything that will be listened on, to be checked before anything starts. */
export const wantedPorts = (ports: Ports, replicas: readonly Replica[], hasLiteLlm: boolean): WantedPort[] => [
  ...(['mailbox', 'smtp', 'postgres', 'nats'] as const).map((name) => wanted(ports[name], name)),
  ...(hasLiteLlm ? [wanted(ports.litellm, 'litellm')] : []),
  ...replicas.flatMap(({ service, name, healthPort, gatewayPort }) => [
    { ...wanted(healthPort, 'health'), what: `health and metrics of ${name}` },
    ...(service.name === 'gateway' ? [wanted(gatewayPort, 'gateway')] : []),
  ]),
];

const wanted = (port: number, name: keyof typeof portTable): WantedPort => ({ port, ...portTable[name] });
