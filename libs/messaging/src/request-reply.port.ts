import type { InputOf, Operation, ReplyOf } from './operation.ts';
import type { Principal } from './principal.ts';

export interface RequestOptions {
  readonly principal: Principal;
  readonly correlationId: string;
  /** Id of the message or event that this request follows from. */
  readonly causationId: string;
  /** UUIDv7; the same id for a repetition. Default: a new one. */
  readonly messageId?: string;
  /** Default 5 000. The reply is worthless afterwards and the request fails with `deadline-exceeded`. */
  readonly timeoutMs?: number;
}

/** Commands and queries to other services. Every implementation passes `requestReplyContract`. */
export interface RequestReply {
  /**
   * Sends and waits for the reply. Checks the input before sending (`malformed`) and the reply on arrival. Throws the
   * typed fault of the answering service, `unavailable` at once when nobody answers to the subject, and
   * `deadline-exceeded` when the time is over; the outcome of a command is then unknown.
   */
  request<O extends Operation>(operation: O, input: InputOf<O>, options: RequestOptions): Promise<ReplyOf<O>>;
}

export const REQUEST_REPLY: unique symbol = Symbol('RequestReply');

/** A typed client of those operations of a contract that its consumer may call. */
export type ClientOf<Operations extends Readonly<Record<string, Operation>>> = {
  readonly [Name in keyof Operations]: (
    input: InputOf<Operations[Name]>,
    options: RequestOptions,
  ) => Promise<ReplyOf<Operations[Name]>>;
};

/** Rejects as `RequestReply.request` does. A refusal is a reply and no error. */
export const clientOf = <Operations extends Readonly<Record<string, Operation>>>(
  requestReply: RequestReply,
  operations: Operations,
): ClientOf<Operations> =>
  Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      (input: never, options: RequestOptions) => requestReply.request(operation, input, options),
    ]),
  ) as unknown as ClientOf<Operations>;
