import type { CommandContext } from '@keyledger/event-sourcing';
import {
  commandContextOf,
  type InputOf,
  type MessageContext,
  type Operation,
  type ReplyOf,
} from '@keyledger/messaging';

/** Answers one operation of the contract. */
export type Handler<O extends Operation> = (input: InputOf<O>, caller: MessageContext) => Promise<ReplyOf<O>>;

/** All that follows from a request has the request as its correlation. */
export const contextOf = (caller: MessageContext, requestId: string, now: Date): CommandContext => ({
  ...commandContextOf(caller, now),
  correlationId: requestId,
});

export type Refused<Code extends string> = (
  code: string,
) => Readonly<{ outcome: 'refused'; code: Code; message: string }>;

/** The refusals of one operation with their sentences for people. Any other code is a defect. */
export const refusals =
  <Code extends string>(sentences: Readonly<Record<Code, string>>): Refused<Code> =>
  (code) => {
    if (!Object.hasOwn(sentences, code)) throw new Error(`The contract knows no refusal ${code} here`);
    return { outcome: 'refused', code: code as Code, message: sentences[code as Code] };
  };
