import type { Principal } from '@keyledger/messaging';
import { builder } from '../../builder.ts';

const ViewerType = builder.objectRef<Principal>('Viewer').implement({
  description: 'Whoever is signed in.',
  fields: (t) => ({
    name: t.exposeString('id', { description: 'Login, or the service token of an application.' }),
    roles: t.field({ type: ['String'], description: 'The roles held.', resolve: ({ roles }) => [...roles] }),
    proof: t.exposeString('proof', {
      description: 'How: `basic` (HTTP Basic), `session` (browser session) or `service-token`.',
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    nullable: true,
    description: 'Whoever is signed in; null for a visitor.',
    resolve: (_root, _args, { caller }) => (caller.kind === 'visitor' ? null : caller.principal),
  }),
);
