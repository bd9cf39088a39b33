import type { Decision } from './decision.ts';

/** A message inside a service: a command or a domain event, told apart by `type`. */
export interface Message<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/**
 * The pure core of one stream category. Neither function does I/O or reads a clock; time, ids and randomness arrive in
 * the command. `evolve` accepts every event the category ever stored, after upcasting, in any order without throwing.
 */
export interface Decider<State, Command extends Message, Event extends Message, Refusal extends string> {
  readonly initialState: State;
  readonly evolve: (state: State, event: Event) => State;
  readonly decide: (command: Command, state: State) => Decision<Event, Refusal>;
}
