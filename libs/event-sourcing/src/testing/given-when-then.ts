import { expect } from '@jest/globals';
import type { Decider, Message } from '../decider.ts';

interface Then<Event extends Message, Refusal extends string> {
  /** The decision is accepted with exactly these events. */
  then(...events: readonly Event[]): void;
  thenIgnored(): void;
  thenRefused(code: Refusal): void;
}

interface Given<Command extends Message, Event extends Message, Refusal extends string> {
  when(command: Command): Then<Event, Refusal>;
}

/** `given(keyStored, keyRevoked).when(revoke).thenIgnored()`: a decider's specification in sentences. */
export const specify =
  <State, Command extends Message, Event extends Message, Refusal extends string>({
    initialState,
    evolve,
    decide,
  }: Decider<State, Command, Event, Refusal>): ((...history: readonly Event[]) => Given<Command, Event, Refusal>) =>
  (...history) => ({
    when: (command) => {
      const decision = decide(command, history.reduce(evolve, initialState));
      return {
        then: (...events) => expect(decision).toEqual({ outcome: 'accepted', events }),
        thenIgnored: () => expect(decision).toEqual({ outcome: 'ignored', because: expect.any(String) }),
        thenRefused: (code) => expect(decision).toEqual({ outcome: 'refused', code }),
      };
    },
  });
