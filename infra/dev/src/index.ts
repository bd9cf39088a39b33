export type { StackEvent, Tell } from './stack/events.ts';
export type { PortName, Ports } from './stack/ports.ts';
export type { Replica } from './stack/replicas.ts';
export { productServices, type ServiceSpec } from './stack/service-catalogue.ts';
export type { SecretFile, StackSecrets } from './stack/secrets.ts';
export { parseScale, type Scale, type StackOptions } from './stack/stack-options.ts';
export { Stack } from './stack/stack.ts';
export { type StartedStack, startStack } from './stack/start-stack.ts';
