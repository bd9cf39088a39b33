import { AppError, fromWireError, toWireError } from '@keyledger/errors';
import { type Clock, newId, systemClock } from '@keyledger/event-sourcing';
import { checkInput, checkReply } from '../message-check.ts';
import type { MessageContext } from '../message-context.ts';
import type { InputOf, Operation, ReplyOf } from '../operation.ts';
import type { RequestOptions, RequestReply } from '../request-reply.port.ts';

export type RequestHandler<O extends Operation> = (input: InputOf<O>, caller: MessageContext) => Promise<ReplyOf<O>>;

const DEFAULT_TIMEOUT_MS = 5_000;

const throughTheWire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const deadlineExceeded = (name: string): AppError =>
  new AppError('deadline-exceeded', `${name} was not answered in time`);

/** Request/reply within one process, with the checks and the JSON of the real one. */
export class InMemoryRequestReply implements RequestReply {
  readonly #handlers = new Map<string, RequestHandler<never>>();
  readonly #clock: Clock;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** From now on `handler` answers. A second handler of the same operation takes the place of the first. */
  handle<O extends Operation>(operation: O, handler: RequestHandler<O>): void {
    this.#handlers.set(operation.subject, handler as RequestHandler<never>);
  }

  async request<O extends Operation>(operation: O, input: InputOf<O>, options: RequestOptions): Promise<ReplyOf<O>> {
    const { name, subject } = operation;
    checkInput(operation, input);
    const handler = this.#handlers.get(subject);
    if (handler === undefined) throw new AppError('unavailable', `${name} cannot be asked: nobody answers to it`);
    const { timeoutMs = DEFAULT_TIMEOUT_MS, messageId = newId(), correlationId, causationId, principal } = options;
    const deadlineAt = this.#clock().getTime() + timeoutMs;
    const caller: MessageContext = { messageId, correlationId, causationId, principal, deadlineAt };
    const received = checkInput(operation, throughTheWire(input)) as never;
    const reply = await within(timeoutMs, name, () => handler(received, caller));
    return checkReply(operation, throughTheWire({ reply }).reply) as ReplyOf<O>;
  }
}

const within = async <T>(timeoutMs: number, name: string, work: () => Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(deadlineExceeded(name)), timeoutMs);
  });
  const answer = async (): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw fromWireError(throughTheWire(toWireError(error)));
    }
  };
  try {
    return await Promise.race([answer(), deadline]);
  } finally {
    clearTimeout(timer);
  }
};
