import { AppError } from '@keyledger/errors';
import { hasRole } from '@keyledger/messaging';
import { causeOf, type ComponentHealth, type ComponentStatus } from '../../application/component-health.ts';
import { builder, REMOTE } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';

const ComponentStatusType = builder.enumType('ComponentStatus', {
  description: 'How a service answers.',
  values: enumValues<ComponentStatus>({
    healthy: 'It answers.',
    degraded: 'It answers, and works with less than it should or not at all.',
    unreachable: 'It does not answer in time.',
  }),
});

const ComponentHealthType = builder.objectRef<ComponentHealth>('ComponentHealth').implement({
  description: 'One service as the gateway sees it at this moment.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name of the service.' }),
    status: t.expose('status', { type: ComponentStatusType, description: 'How it answers.' }),
    cause: t.string({
      nullable: true,
      description: 'Why it is degraded, as far as it says so itself: which of its parts is in trouble, and how.',
      resolve: ({ troubles }) => (troubles.length === 0 ? null : causeOf(troubles)),
    }),
  }),
});

builder.queryField('health', (t) =>
  t.field({
    type: [ComponentHealthType],
    nullable: true,
    complexity: { field: REMOTE, multiplier: 6 },
    description: 'How each service answers. For administrators.',
    resolve: async (_root, _args, context) => {
      if (!hasRole(context.signedIn(), 'admin')) throw new AppError('forbidden', 'Only administrators may see this');
      return [...(await context.health()).components];
    },
  }),
);
