import type { Exit } from '@keyledger/testing';

/** What the stack tells while it starts and runs; the screen shows it. */
export type StackEvent =
  /** One step of the start. */
  | { readonly kind: 'progress'; readonly message: string }
  /** Something in the configuration is allowed and should be changed. */
  | { readonly kind: 'warning'; readonly message: string }
  /** A line that a part printed. */
  | { readonly kind: 'line'; readonly part: string; readonly line: string }
  /** A part is ready; `again` when it had been ready before. */
  | { readonly kind: 'ready'; readonly part: string; readonly afterMs: number; readonly again: boolean }
  /** A part runs but does not answer; it is ended, and started again then. */
  | { readonly kind: 'hung'; readonly part: string; readonly cause: string }
  /** A part ended unasked, or could not be started again. */
  | { readonly kind: 'ended'; readonly part: string; readonly cause: string; readonly restartInMs: number }
  | { readonly kind: 'stopping' }
  /** A part was asked to end, did not in the time that it has, and was killed. */
  | { readonly kind: 'killed'; readonly part: string };

export type Tell = (event: StackEvent) => void;

export const causeOf = ({ code, signal }: Exit): string => (signal === null ? `exit code ${code}` : signal);
