export { removeDataDirectory } from './stack/data-directory.ts';
export type { StackEvent } from './stack/events.ts';
export { productServices, type ServiceSpec } from './stack/service-catalogue.ts';
export type { Scale, StackOptions } from './stack/stack-options.ts';
export { Stack } from './stack/stack.ts';
export { type StartedStack, startStack } from './stack/start-stack.ts';
