import type { RecordedEvent } from '../event.ts';
import type { Projection } from '../projection.ts';
import { passes } from './passes.ts';

/** Applies an event to those projections whose filter lets it through, as a runner does, without a transaction. */
export const applyTo = async (
  projections: readonly Projection<undefined>[],
  recorded: RecordedEvent,
): Promise<void> => {
  for (const projection of projections)
    if (passes(projection.filter, recorded)) await projection.apply(recorded, undefined);
};
