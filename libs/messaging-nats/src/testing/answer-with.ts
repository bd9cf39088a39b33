import 'reflect-metadata';
import type { MessageContext, Operation } from '@keyledger/messaging';
import type { InMemoryRequestReply } from '@keyledger/messaging/testing';
import { PATTERN_EXTRAS_METADATA } from '@nestjs/microservices/constants.js';

type Answer = (input: unknown, caller: MessageContext) => Promise<never>;

/**
 * Lets NATS handlers answer without NATS: each of their methods that `@Handles` marks gets the input and the context of
 * a request as its two arguments, in this order. Throws for an object that answers nothing.
 */
export const answerWith = (requestReply: InMemoryRequestReply, ...handlers: readonly object[]): void => {
  for (const each of handlers) {
    const answers = answersOf(each);
    if (answers.length === 0) throw new Error(`No method of ${each.constructor.name} is marked with @Handles`);
    for (const [operation, answer] of answers) requestReply.handle(operation, answer);
  }
};

const answersOf = (handlers: object): readonly (readonly [Operation, Answer])[] => {
  const prototype = Object.getPrototypeOf(handlers) as Record<string, Answer>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const extras = Reflect.getMetadata(PATTERN_EXTRAS_METADATA, prototype[name]!) as
      { operation?: Operation } | undefined;
    return extras?.operation === undefined ? [] : [[extras.operation, prototype[name]!.bind(handlers)] as const];
  });
};
