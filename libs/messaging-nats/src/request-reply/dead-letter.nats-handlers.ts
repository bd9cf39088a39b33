import {
  deadLetterOperations,
  hasRole,
  type InputOf,
  type MessageContext,
  type ReplyOf,
  type ServiceName,
} from '@keyledger/messaging';
import { AppError } from '@keyledger/errors';
import { Controller, Inject, type Type } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { DeadLetter, DeadLetters } from '../events/dead-letters.ts';
import { Caller, Handles } from './handles.ts';

export const DEAD_LETTERS: unique symbol = Symbol('DeadLetters');

type Operations = ReturnType<typeof deadLetterOperations>;
type List = Operations['ListDeadLetters'];
type ReplayOne = Operations['ReplayDeadLetter'];
type Replay = Operations['ReplayDeadLetters'];

const viewOf = ({ event, ...letter }: DeadLetter): ReplyOf<List>['deadLetters'][number] => {
  if (event === undefined) return letter;
  const { id, type, service, streamId, correlationId, occurredAt } = event;
  return { ...letter, event: { id, type, service, streamId, correlationId, occurredAt } };
};

const FOR_ADMINISTRATORS = 'Dead letters are for administrators';

const refused = <const Code extends string>(code: Code, message: string) =>
  ({ outcome: 'refused', code, message }) as const;

/** The Nest controller that answers `deadLetterOperations(service)`; takes `DEAD_LETTERS` from its module. */
export const deadLetterHandlers = (service: ServiceName): Type => {
  const { ListDeadLetters, ReplayDeadLetter, ReplayDeadLetters } = deadLetterOperations(service);

  @Controller()
  class DeadLetterNatsHandlers {
    constructor(@Inject(DEAD_LETTERS) private readonly deadLetters: DeadLetters) {}

    @Handles(ListDeadLetters)
    async list(@Payload() { first }: InputOf<List>, @Caller() { principal }: MessageContext): Promise<ReplyOf<List>> {
      if (!hasRole(principal, 'admin')) throw new AppError('forbidden', FOR_ADMINISTRATORS);
      const { total, letters } = await this.deadLetters.list(first);
      return { total, deadLetters: letters.map(viewOf) };
    }

    @Handles(ReplayDeadLetter)
    async replayOne(
      @Payload() which: InputOf<ReplayOne>,
      @Caller() { principal }: MessageContext,
    ): Promise<ReplyOf<ReplayOne>> {
      if (!hasRole(principal, 'admin')) return refused('not-an-administrator', FOR_ADMINISTRATORS);
      const { succeeded, failed } = await this.deadLetters.replay(which, principal.id);
      const [failure] = failed;
      if (failure !== undefined) {
        const { code, message } = failure.cause;
        return refused('dead-letter-failed-again', `It failed again and stays: ${code}: ${message}`);
      }
      return succeeded === 0
        ? refused('dead-letter-not-found', 'This dead letter is gone, or being replayed at this moment')
        : { outcome: 'accepted', result: which };
    }

    @Handles(ReplayDeadLetters)
    async replay(@Payload() which: InputOf<Replay>, @Caller() { principal }: MessageContext): Promise<ReplyOf<Replay>> {
      if (!hasRole(principal, 'admin')) return refused('not-an-administrator', FOR_ADMINISTRATORS);
      const { succeeded, failed } = await this.deadLetters.replay(which, principal.id);
      return { outcome: 'accepted', result: { succeeded, failed: [...failed] } };
    }
  }
  return DeadLetterNatsHandlers;
};
