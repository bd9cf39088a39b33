/**
 * What a decider answers. `accepted` carries the events to append; `ignored` means that the command changes nothing
 * (a repetition, or already so); `refused` is an expected "no" that belongs to the contract. A refusal that must be
 * remembered is `accepted` with an event that says so.
 */
export type Decision<Event, Refusal extends string> =
  | Readonly<{ outcome: 'accepted'; events: readonly Event[] }>
  | Readonly<{ outcome: 'ignored'; because: string }>
  | Readonly<{ outcome: 'refused'; code: Refusal }>;

/** The events are appended in this order, all or none. A command without any has changed nothing: `ignore` says so. */
export const accept = <Event>(...events: readonly Event[]): Decision<Event, never> => ({ outcome: 'accepted', events });

/** `because` goes to the log and the caller; it holds no secret. */
export const ignore = (because: string): Decision<never, never> => ({ outcome: 'ignored', because });

/** `code` belongs to the contract and is never used for another refusal. */
export const refuse = <Refusal extends string>(code: Refusal): Decision<never, Refusal> => ({
  outcome: 'refused',
  code,
});
