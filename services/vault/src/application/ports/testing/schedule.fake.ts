import type { Schedule } from '../schedule.port.ts';

export class FakeSchedule implements Schedule {
  readonly #done = new Map<string, number>();

  async lastDone(task: string): Promise<Date | undefined> {
    const at = this.#done.get(task);
    return at === undefined ? undefined : new Date(at);
  }

  async done(task: string, at: Date): Promise<void> {
    this.#done.set(task, Math.max(at.getTime(), this.#done.get(task) ?? 0));
  }
}
