import type { Projection } from '@keyledger/event-sourcing';
import { serviceToken } from '../../domain/service-token/service-token.decider.ts';
import { serviceTokenCodec } from '../../domain/service-token/service-token.messages.ts';
import type { ServiceTokenRows } from '../ports/service-token-list.port.ts';

export const serviceTokensProjection = <Tx>(rows: ServiceTokenRows<Tx>): Projection<Tx> => ({
  name: 'service_tokens',
  filter: { categories: [serviceToken.category] },
  apply: async (recorded, tx) => {
    const { type, data } = serviceTokenCodec.decode(recorded);
    if (type === 'ServiceTokenIssued') {
      const { digest: _digest, ...token } = data;
      return rows.put(token, tx);
    }
    const known = await rows.find(data.serviceTokenId, tx);
    if (known !== undefined) await rows.put({ ...known, revokedAt: data.revokedAt }, tx);
  },
  reset: (tx) => rows.clear(tx),
});
