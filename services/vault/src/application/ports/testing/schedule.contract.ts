import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Schedule } from '../schedule.port.ts';

export interface ScheduleSubject {
  readonly schedule: Schedule;
  close(): Promise<void>;
}

/** What every `Schedule` promises. `open` gives an empty one. */
export const scheduleContract = (name: string, open: () => Promise<ScheduleSubject>): void => {
  describe(`schedule contract: ${name}`, () => {
    let subject: ScheduleSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    const [early, late] = [new Date('2026-11-21T08:00:00.000Z'), new Date('2026-11-21T09:00:00.001Z')];

    it('knows nothing of what was never done', async () => {
      await subject.schedule.done('one', early);
      expect(await subject.schedule.lastDone('another')).toBeUndefined();
    });

    it('knows when something was last done, to the millisecond', async () => {
      await subject.schedule.done('one', early);
      await subject.schedule.done('one', late);
      expect(await subject.schedule.lastDone('one')).toEqual(late);
    });

    it('is not set back', async () => {
      await subject.schedule.done('one', late);
      await subject.schedule.done('one', early);
      expect(await subject.schedule.lastDone('one')).toEqual(late);
    });
  });
};
