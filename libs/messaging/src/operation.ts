import { z, type ZodType } from 'zod';
import { commandSubject, querySubject, type ServiceName } from './subjects.ts';

/** One command or query of a contract. */
export interface Operation<Input = unknown, Reply = unknown> {
  readonly service: ServiceName;
  readonly kind: 'command' | 'query';
  readonly name: string;
  readonly subject: string;
  readonly input: ZodType<Input>;
  readonly reply: ZodType<Reply>;
}

/**
 * The answer to a command. `ignored` means "already so" and carries the same result as the first time where there is
 * one. `message` of a refusal is a sentence for people that says what to do; it holds no secret.
 */
export type CommandReply<Result, Refusal extends string> =
  | Readonly<{ outcome: 'accepted'; result: Result }>
  | Readonly<{ outcome: 'ignored'; because: string; result: Result }>
  | Readonly<{ outcome: 'refused'; code: Refusal; message: string }>;

/** `refusals` is the whole list of codes that a consumer must be ready for; it only grows. */
export const defineCommand = <Input, Result, const Refusals extends readonly [string, ...string[]]>(
  service: ServiceName,
  name: string,
  input: ZodType<Input>,
  result: ZodType<Result>,
  refusals: Refusals,
): Operation<Input, CommandReply<Result, Refusals[number]>> & { readonly refusals: Refusals } => ({
  service,
  kind: 'command',
  name,
  subject: commandSubject(service, name),
  input,
  reply: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('accepted'), result }),
    z.object({ outcome: z.literal('ignored'), because: z.string(), result }),
    z.object({ outcome: z.literal('refused'), code: z.enum(refusals), message: z.string() }),
  ]) as unknown as ZodType<CommandReply<Result, Refusals[number]>>,
  refusals,
});

/** A question without consequences: it may be asked again. */
export const defineQuery = <Input, Reply>(
  service: ServiceName,
  name: string,
  input: ZodType<Input>,
  reply: ZodType<Reply>,
): Operation<Input, Reply> => ({ service, kind: 'query', name, subject: querySubject(service, name), input, reply });

export type InputOf<O> = O extends Operation<infer Input, infer _Reply> ? Input : never;
export type ReplyOf<O> = O extends Operation<infer _Input, infer Reply> ? Reply : never;

/** A page of a list in the order that the query documents. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Opaque; give it as `after` to get the next page. Absent on the last one. */
  readonly next?: string;
}

/** Schema of a page of these items. */
export const pageOf = <Item>(item: ZodType<Item>): ZodType<Page<Item>> =>
  z.object({ items: z.array(item), next: z.string().optional() }) as unknown as ZodType<Page<Item>>;

/** The input of a list query: at most `first` items, beginning behind the cursor `after`. */
export const pageInput = {
  first: z.int().min(1).max(200).default(50),
  after: z.string().max(200).optional(),
};
