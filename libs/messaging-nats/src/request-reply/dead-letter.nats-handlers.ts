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
type Replay = Operations['ReplayDeadLetters'];

const viewOf = ({ reactor, event, cause, attempts, at }: DeadLetter): ReplyOf<List>['deadLetters'][number] => {
  if (event === undefined) return { reactor, cause, attempts, at };
  const { id, type, service, aggregateId, correlationId, occurredAt } = event;
  return { reactor, cause, attempts, at, event: { id, type, service, aggregateId, correlationId, occurredAt } };
};

/** The Nest controller that answers `deadLetterOperations(service)`; takes `DEAD_LETTERS` from its module. */
export const deadLetterHandlers = (service: ServiceName): Type => {
  const { ListDeadLetters, ReplayDeadLetters } = deadLetterOperations(service);

  @Controller()
  class DeadLetterNatsHandlers {
    constructor(@Inject(DEAD_LETTERS) private readonly deadLetters: DeadLetters) {}

    @Handles(ListDeadLetters)
    async list(@Caller() { principal }: MessageContext): Promise<ReplyOf<List>> {
      if (!hasRole(principal, 'admin')) throw new AppError('forbidden', 'Dead letters are for administrators');
      return { deadLetters: (await this.deadLetters.list()).map(viewOf) };
    }

    @Handles(ReplayDeadLetters)
    async replay(
      @Payload() { reactor }: InputOf<Replay>,
      @Caller() { principal }: MessageContext,
    ): Promise<ReplyOf<Replay>> {
      if (!hasRole(principal, 'admin'))
        return { outcome: 'refused', code: 'not-an-administrator', message: 'Dead letters are for administrators.' };
      const { succeeded, failed } = await this.deadLetters.replay(reactor);
      return { outcome: 'accepted', result: { succeeded, failed: [...failed] } };
    }
  }
  return DeadLetterNatsHandlers;
};
