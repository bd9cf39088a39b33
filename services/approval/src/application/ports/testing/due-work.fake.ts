import type { DueItem, DueWork, DueWorkTable } from '../due-work.port.ts';

/** Timers in memory; replicas share one instance. */
export class FakeDueWork implements DueWork, DueWorkTable<unknown> {
  readonly #items = new Map<string, { readonly item: DueItem; readonly availableAt: string }>();

  claim(now: Date, limit: number, claimMs: number): Promise<readonly DueItem[]> {
    const claimedUntil = new Date(now.getTime() + claimMs).toISOString();
    const due = [...this.#items.values()]
      .filter(({ availableAt }) => availableAt <= now.toISOString())
      .sort((left, right) => (left.availableAt < right.availableAt ? -1 : 1))
      .slice(0, limit);
    for (const { item } of due) this.#items.set(item.requestId, { item, availableAt: claimedUntil });
    return Promise.resolve(due.map(({ item }) => item));
  }

  giveBack({ requestId, causedBy }: DueItem, at: Date): Promise<void> {
    const held = this.#items.get(requestId);
    const availableAt = at.toISOString();
    if (held?.item.causedBy === causedBy && held.availableAt > availableAt)
      this.#items.set(requestId, { ...held, availableAt });
    return Promise.resolve();
  }

  nextDueAt(): Promise<Date | undefined> {
    const [first] = [...this.#items.values()].map(({ availableAt }) => availableAt).sort();
    return Promise.resolve(first === undefined ? undefined : new Date(first));
  }

  put(item: DueItem): Promise<void> {
    this.#items.set(item.requestId, { item, availableAt: item.dueAt });
    return Promise.resolve();
  }

  remove(requestId: string): Promise<void> {
    this.#items.delete(requestId);
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#items.clear();
    return Promise.resolve();
  }
}
