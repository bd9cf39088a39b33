import { z } from 'zod';
import type { CommandContext, StreamCategory } from '../command-handler.ts';
import type { Decider, Message } from '../decider.ts';
import { accept, ignore, refuse } from '../decision.ts';
import { defineEvent, eventCodec, type EventOf } from '../event-codec.ts';
import { newId } from '../ids.ts';

/** A small category for the specs of the kernel: a counter that is opened once and counts up to a limit. */
const events = { Opened: defineEvent(z.object({ limit: z.int() })), Counted: defineEvent(z.object({ by: z.int() })) };

export type CounterEvent = EventOf<typeof events>;
export type CounterCommand = Message<'Open', { limit: number }> | Message<'Count', { by: readonly number[] }>;
export type CounterRefusal = 'not-open' | 'limit-reached';

export interface Counter {
  readonly limit: number | undefined;
  readonly count: number;
}

const counterDecider: Decider<Counter, CounterCommand, CounterEvent, CounterRefusal> = {
  initialState: { limit: undefined, count: 0 },
  evolve: (state, event) =>
    event.type === 'Opened' ? { ...state, limit: event.data.limit } : { ...state, count: state.count + event.data.by },
  decide: (command, { limit, count }) => {
    if (command.type === 'Open') {
      return limit === undefined
        ? accept<CounterEvent>({ type: 'Opened', data: command.data })
        : ignore('it is open already');
    }
    if (limit === undefined) return refuse('not-open');
    const total = command.data.by.reduce((sum, by) => sum + by, count);
    if (total > limit) return refuse('limit-reached');
    return accept<CounterEvent>(...command.data.by.map((by) => ({ type: 'Counted' as const, data: { by } })));
  },
};

export const counter: StreamCategory<Counter, CounterCommand, CounterEvent, CounterRefusal> = {
  category: 'counter',
  decider: counterDecider,
  codec: eventCodec(events),
};

export const aContext = (commandId = newId()): CommandContext => ({
  commandId,
  actor: { kind: 'user', id: 'ada@example.org', proof: 'session', roles: ['member'] },
  correlationId: '01930000-0000-7000-8000-00000000c0de',
  causationId: commandId,
  occurredAt: '2026-03-01T10:00:00.000Z',
});
