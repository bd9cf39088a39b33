import type { Projection } from '@keyledger/event-sourcing';
import { providerCodec } from '../../domain/provider/provider.messages.ts';
import type { ProviderRows } from '../ports/provider-list.port.ts';

export const providersProjection = <Tx>(rows: ProviderRows<Tx>): Projection<Tx> => ({
  name: 'providers',
  filter: { categories: ['provider'] },
  apply: (recorded, tx) => rows.put(providerCodec.decode(recorded).data, tx),
  reset: (tx) => rows.clear(tx),
});
