export { brokenGuarantees } from './guarantees.ts';
export { queryDatabase, storedEvents } from './history.ts';
export { askUnderKills, type Kill, type StepName, steps, type Struck } from './kills.ts';
export type { Asked } from './load.ts';
export { startSystem, type System } from './system.ts';
