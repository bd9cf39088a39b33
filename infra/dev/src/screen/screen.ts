import type { StackEvent } from '../stack/events.ts';
import type { Level } from './log-line.ts';

/** What is worth saying when everything runs. */
export interface Summary {
  readonly startedInMs: number;
  readonly gatewayUrl: string;
  readonly mailboxUrl: string;
  /** Where mails go instead of the mailbox. */
  readonly mailServer: string | undefined;
  readonly litellm: { readonly url: string; readonly isStandIn: boolean };
  readonly admin: {
    readonly username: string;
    /** Only when this start made it. */
    readonly newPassword: string | undefined;
    /** Where it is kept; undefined when it was given by the operator. */
    readonly file: string | undefined;
  };
  readonly replicas: readonly { readonly name: string; readonly healthPort: number }[];
}

/** Where the stack reports to. */
export interface Screen {
  event(event: StackEvent): void;
  ready(summary: Summary): void;
  failed(error: unknown): void;
  stopped(): void;
}

export type Write = (text: string) => void;

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** PostgreSQL and NATS tell much that concerns only those who work on them. */
export const isWorthShowing = (part: string, level: Level): boolean =>
  (part !== 'postgres' && part !== 'nats') || level === 'warn' || level === 'error';
