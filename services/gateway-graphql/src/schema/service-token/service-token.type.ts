import type { ServiceTokenView } from '@keyledger/contracts-registry';
import { builder } from '../../builder.ts';

export const ServiceTokenType = builder.objectRef<ServiceTokenView>('ServiceToken').implement({
  description: 'What lets an application sign in. The token itself is shown once, when it is issued.',
  fields: (t) => ({
    serviceTokenId: t.exposeID('serviceTokenId', {
      description: 'A UUID: names the application in grants and history.',
    }),
    name: t.exposeString('name', { description: 'What people call the application.' }),
    issuedAt: t.expose('issuedAt', { type: 'DateTime', description: 'When it was issued.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'From then on it opens nothing; null: it has no end of its own.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it opens nothing any more; null while it counts.',
    }),
  }),
});
