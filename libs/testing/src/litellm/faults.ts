export const faultKinds = [
  'error-500',
  'error-500-after-commit',
  'hang',
  'hang-after-commit',
  'drop',
  'drop-after-commit',
  'nonsense',
  'delay',
  'refuse-alias',
  'refuse-master-key',
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface LiteLlmFault {
  readonly do: FaultKind;
  /** Only calls of this path, for example `/key/generate`; absent: every call. */
  readonly on?: string;
  /** How many calls it meets; default 1. */
  readonly times?: number | 'always';
  /** With `delay`. */
  readonly delayMs?: number;
}

/** What shall go wrong next. Faults that fit a call are used in the order in which they were added, one per call. */
export class LiteLlmFaults {
  #pending: { fault: LiteLlmFault; left: number }[] = [];

  add(fault: LiteLlmFault): void {
    this.#pending.push({ fault, left: fault.times === 'always' ? Infinity : (fault.times ?? 1) });
  }

  clear(): void {
    this.#pending = [];
  }

  pending(): readonly LiteLlmFault[] {
    return this.#pending.map(({ fault, left }) => ({ ...fault, times: left === Infinity ? 'always' : left }));
  }

  take(path: string): LiteLlmFault | undefined {
    const found = this.#pending.find(({ fault }) => fault.on === undefined || fault.on === path);
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#pending.splice(this.#pending.indexOf(found), 1);
    return found.fault;
  }
}
