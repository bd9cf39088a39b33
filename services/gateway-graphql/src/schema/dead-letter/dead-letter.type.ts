import type { DeadLetterView } from '@keyledger/messaging';
import type { DeadLetterService } from '../../application/services.ts';
import { builder, REMOTE } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';

export const DeadLetterServiceType = builder.enumType('DeadLetterService', {
  description: 'A service that reacts to events.',
  values: enumValues<DeadLetterService>({
    approval: 'Decides requests and closes them.',
    vault: 'Issues keys.',
    delivery: 'Brings keys and news to people.',
  }),
});

export const DeadLetterCauseType = builder.objectRef<DeadLetterView['cause']>('DeadLetterCause').implement({
  description: 'Why an event could not be digested.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Code of the fault; `internal` for a defect.' }),
    message: t.exposeString('message', { description: 'What was wrong; of a defect only the kind of error.' }),
  }),
});

const DeadLetterEventType = builder.objectRef<NonNullable<DeadLetterView['event']>>('DeadLetterEvent').implement({
  description: 'The event in a dead letter, without its data.',
  fields: (t) => ({
    eventId: t.exposeString('id', { description: 'Id of the event, as the audit log shows it.' }),
    type: t.exposeString('type', { description: 'What happened, for example `KeyRequestApproved`.' }),
    service: t.exposeString('service', { description: 'Whose event it is.' }),
    streamId: t.exposeString('streamId', { description: 'Of which request, lease or delivery it speaks.' }),
    correlationId: t.exposeString('correlationId', { description: 'The key request that it belongs to.' }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it happened.' }),
  }),
});

const DeadLetterType = builder.objectRef<DeadLetterView>('DeadLetter').implement({
  description: 'An event that a reactor could not digest. What should follow from it has not happened.',
  fields: (t) => ({
    reactor: t.exposeString('reactor', { description: 'Which reactor of the service gave up.' }),
    id: t.exposeString('id', { description: 'Names the letter among those of its reactor.' }),
    event: t.field({
      type: DeadLetterEventType,
      nullable: true,
      description: 'The event; null when it could not be read at all.',
      resolve: ({ event }) => event,
    }),
    cause: t.expose('cause', { type: DeadLetterCauseType, description: 'Why it was given up, the last time.' }),
    attempts: t.exposeInt('attempts', { description: 'How often it was tried before it was given up.' }),
    deadLetteredAt: t.expose('at', { type: 'DateTime', description: 'When it was given up.' }),
  }),
});

export interface ServiceDeadLetters {
  readonly service: DeadLetterService;
  /** Asked once, however many fields show it. */
  readonly found: () => Promise<{ readonly total: number; readonly deadLetters: readonly DeadLetterView[] }>;
}

export const ServiceDeadLettersType = builder.objectRef<ServiceDeadLetters>('ServiceDeadLetters').implement({
  description: 'The dead letters of one service. When it does not answer, its fields are null with an error.',
  fields: (t) => ({
    service: t.expose('service', { type: DeadLetterServiceType, description: 'Which service.' }),
    total: t.int({
      nullable: true,
      complexity: REMOTE,
      description: 'How many there are.',
      resolve: async ({ found }) => (await found()).total,
    }),
    letters: t.field({
      type: [DeadLetterType],
      nullable: true,
      complexity: REMOTE,
      description: 'Those with the oldest events.',
      resolve: async ({ found }) => [...(await found()).deadLetters],
    }),
  }),
});
