export type MailFaultKind =
  /** The server greets with 421 and hangs up. */
  | 'refuse-connection'
  /** The recipient is refused for now, with 451. */
  | 'reject-4xx'
  /** The recipient is refused for good, with 550. */
  | 'reject-5xx'
  /** The line is cut after the mail was sent and before it was taken. */
  | 'drop-after-data'
  /** The mail is taken, and the line cut before that could be said. */
  | 'drop-after-commit'
  /** The mail is not taken, and nothing more is said. */
  | 'hang-after-data';

export interface MailFault {
  readonly do: MailFaultKind;
  /** How many mails (or connections) it meets; default 1. */
  readonly times?: number | 'always';
}

/** What shall go wrong next, in the order in which it was added. */
export class MailFaults {
  #pending: { kind: MailFaultKind; left: number }[] = [];

  add({ do: kind, times = 1 }: MailFault): void {
    this.#pending.push({ kind, left: times === 'always' ? Infinity : times });
  }

  clear(): void {
    this.#pending = [];
  }

  pending(): readonly MailFault[] {
    return this.#pending.map(({ kind, left }) => ({ do: kind, times: left === Infinity ? 'always' : left }));
  }

  /** The next fault, if it is one of these. */
  take(...kinds: readonly MailFaultKind[]): MailFaultKind | undefined {
    const next = this.#pending[0];
    if (!next || !kinds.includes(next.kind)) return undefined;
    next.left -= 1;
    if (next.left <= 0) this.#pending.shift();
    return next.kind;
  }
}
