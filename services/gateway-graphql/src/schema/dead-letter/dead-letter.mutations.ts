import { deadLetterOperations, type DeadLetterView } from '@keyledger/messaging';
import type { DeadLetterService } from '../../application/services.ts';
import { builder, REMOTE } from '../../builder.ts';
import { InvalidInput, parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses, resultOf } from '../../errors/refusals.ts';
import { DeadLetterCauseType, DeadLetterServiceType } from './dead-letter.type.ts';

/** A replay hands events to their reactors, which ask issuers and mail servers; it goes on when nobody waits any more. */
const PATIENCE_MS = 60_000;

/** Of each service the same. */
const { ReplayDeadLetter, ReplayDeadLetters } = deadLetterOperations('approval');

interface Replayed {
  readonly service: DeadLetterService;
  readonly reactor: string;
  readonly id: string;
}

const ReplayDeadLetterSuccess = builder.objectRef<Replayed>('ReplayDeadLetterSuccess').implement({
  description: 'The reactor has handled the event; the letter is gone.',
  fields: (t) => ({
    service: t.expose('service', { type: DeadLetterServiceType, description: 'Whose letter it was.' }),
    reactor: t.exposeString('reactor', { description: 'Which reactor handled it.' }),
    id: t.exposeString('id', { description: 'Which letter it was.' }),
  }),
});

const ReplayDeadLetterInput = builder.inputType('ReplayDeadLetterInput', {
  description: 'Which dead letter to replay, as `deadLetters` shows it.',
  fields: (t) => ({
    service: t.field({ type: DeadLetterServiceType, required: true, description: 'Whose letter.' }),
    reactor: t.string({ required: true, description: 'Of which reactor.' }),
    id: t.string({ required: true, description: 'Which of its letters.' }),
  }),
});

builder.mutationField('replayDeadLetter', (t) =>
  t.field({
    type: ReplayDeadLetterSuccess,
    nullable: true,
    complexity: REMOTE,
    description: 'Hands one dead letter to its reactor once more. Safe to repeat. For administrators.',
    args: { input: t.arg({ type: ReplayDeadLetterInput, required: true, description: 'Which letter.' }) },
    errors: {
      types: [
        InvalidInput,
        refusalClasses['dead-letter-not-found'],
        refusalClasses['dead-letter-failed-again'],
        refusalClasses['not-an-administrator'],
      ],
      union: { name: 'ReplayDeadLetterResult', description: 'The letter that is gone, or why it is not.' },
    },
    resolve: async (_root, { input: { service, ...which } }, context) => {
      const asker = context.asker(context.signedIn());
      const letter = parseInput(ReplayDeadLetter.input, which);
      const replayed = context.services[service].replayDeadLetter(letter, { ...asker, timeoutMs: PATIENCE_MS });
      return { service, ...resultOf(await replayed).result };
    },
  }),
);

interface FailedAgain {
  readonly reactor: string;
  readonly eventId: string;
  readonly cause: DeadLetterView['cause'];
}

const FailedReplayType = builder.objectRef<FailedAgain>('FailedReplay').implement({
  description: 'A dead letter that failed again and stays.',
  fields: (t) => ({
    reactor: t.exposeString('reactor', { description: 'Which reactor failed.' }),
    id: t.exposeString('eventId', { description: 'Which of its letters.' }),
    cause: t.expose('cause', { type: DeadLetterCauseType, description: 'Why it failed this time.' }),
  }),
});

interface ReplayOutcome {
  readonly succeeded: number;
  readonly failed: readonly FailedAgain[];
}

const ReplayDeadLettersSuccess = builder.objectRef<ReplayOutcome>('ReplayDeadLettersSuccess').implement({
  description: 'What came of a replay.',
  fields: (t) => ({
    succeeded: t.exposeInt('succeeded', { description: 'How many letters were handled and are gone.' }),
    failed: t.field({
      type: [FailedReplayType],
      description: 'Those that stay.',
      resolve: ({ failed }) => [...failed],
    }),
  }),
});

const ReplayDeadLettersInput = builder.inputType('ReplayDeadLettersInput', {
  description: 'Which dead letters to replay.',
  fields: (t) => ({
    service: t.field({ type: DeadLetterServiceType, required: true, description: 'Whose letters.' }),
    reactor: t.string({ description: 'Of which reactor; absent: of all.' }),
  }),
});

builder.mutationField('replayDeadLetters', (t) =>
  t.field({
    type: ReplayDeadLettersSuccess,
    nullable: true,
    complexity: { field: REMOTE, multiplier: REMOTE },
    description: 'Hands all dead letters of a service, or of one of its reactors, to it once more. For administrators.',
    args: { input: t.arg({ type: ReplayDeadLettersInput, required: true, description: 'Which letters.' }) },
    errors: {
      types: [InvalidInput, refusalClasses['not-an-administrator']],
      union: { name: 'ReplayDeadLettersResult', description: 'What came of it, or why it was not begun.' },
    },
    resolve: async (_root, { input: { service, reactor } }, context) => {
      const asker = context.asker(context.signedIn());
      const letters = parseInput(ReplayDeadLetters.input, { reactor: reactor ?? undefined });
      const replayed = context.services[service].replayDeadLetters(letters, { ...asker, timeoutMs: PATIENCE_MS });
      return resultOf(await replayed).result;
    },
  }),
);
