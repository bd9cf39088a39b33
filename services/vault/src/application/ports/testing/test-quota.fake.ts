import { QUOTA_WINDOW_MS, type TestQuota } from '../test-quota.port.ts';

export class FakeTestQuota implements TestQuota {
  readonly #windows = new Map<string, { readonly beganAt: number; readonly count: number }>();

  async take(subject: string, mostPerMinute: number, now: Date): Promise<number> {
    const known = this.#windows.get(subject);
    const isOver = known === undefined || known.beganAt + QUOTA_WINDOW_MS <= now.getTime();
    const { beganAt, count } = isOver ? { beganAt: now.getTime(), count: 1 } : { ...known, count: known.count + 1 };
    this.#windows.set(subject, { beganAt, count });
    return count <= mostPerMinute ? 0 : beganAt + QUOTA_WINDOW_MS - now.getTime();
  }
}
