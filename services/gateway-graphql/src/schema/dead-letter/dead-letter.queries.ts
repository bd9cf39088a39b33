import { AppError } from '@keyledger/errors';
import { deadLetterServices } from '../../application/services.ts';
import { builder } from '../../builder.ts';
import { DEFAULT_PAGE, listCost, MAX_PAGE } from '../connection.ts';
import { type ServiceDeadLetters, ServiceDeadLettersType } from './dead-letter.type.ts';

const once = <Value>(work: () => Promise<Value>): (() => Promise<Value>) => {
  let done: Promise<Value> | undefined;
  return () => (done ??= work());
};

builder.queryField('deadLetters', (t) =>
  t.field({
    type: [ServiceDeadLettersType],
    nullable: true,
    complexity: ({ first }) => ({ field: 0, multiplier: deadLetterServices.length * listCost({ first }).multiplier }),
    description: 'Events that a service could not digest and that wait to be replayed. For administrators.',
    args: {
      first: t.arg.int({
        defaultValue: DEFAULT_PAGE,
        description: `How many of each service at most, up to ${MAX_PAGE}.`,
      }),
    },
    resolve: (_root, { first }, context): readonly ServiceDeadLetters[] => {
      const asker = context.asker(context.signedIn());
      const size = first ?? DEFAULT_PAGE;
      if (size < 1 || size > MAX_PAGE) throw new AppError('malformed', `\`first\` must be from 1 to ${MAX_PAGE}`);
      return deadLetterServices.map((service) => ({
        service,
        found: once(() => context.services[service].listDeadLetters({ first: size }, asker)),
      }));
    },
  }),
);
