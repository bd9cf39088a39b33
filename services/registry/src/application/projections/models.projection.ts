import type { Projection } from '@keyledger/event-sourcing';
import { modelCodec } from '../../domain/model/model.messages.ts';
import type { ModelRows } from '../ports/model-lists.port.ts';

/** The models that can be asked for, as they are listed. */
export const modelsProjection = <Tx>(rows: ModelRows<Tx>): Projection<Tx> => ({
  name: 'models',
  filter: { categories: ['model'] },
  apply: async (recorded, tx) => {
    const event = modelCodec.decode(recorded);
    if (event.type === 'ModelRetired') await rows.remove(event.data, tx);
    else await rows.put(event.data, tx);
  },
  reset: (tx) => rows.clear(tx),
});
