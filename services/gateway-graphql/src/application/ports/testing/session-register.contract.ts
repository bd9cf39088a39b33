import { beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@keyledger/event-sourcing';
import type { SessionRegister } from '../session-register.port.ts';

/** `open` gives a register as another replica has it. */
export const sessionRegisterContract = (name: string, open: () => Promise<SessionRegister>): void => {
  describe(`${name} as register of sessions`, () => {
    let one: SessionRegister;
    let two: SessionRegister;
    beforeEach(async () => {
      one = await open();
      two = await open();
    });

    it('knows of a session that has begun, in every replica', async () => {
      const id = newId();
      await one.begin(id);
      expect([await one.isOpen(id), await two.isOpen(id)]).toEqual([true, true]);
    });

    it('knows that a session has ended, in every replica, and hears it again without complaint', async () => {
      const id = newId();
      await one.begin(id);
      await two.end(id);
      expect([await one.isOpen(id), await two.isOpen(id)]).toEqual([false, false]);
      await one.end(id);
      expect(await one.isOpen(id)).toBe(false);
    });

    it('does not know of a session that never began', async () => expect(await one.isOpen(newId())).toBe(false));

    it('tells sessions apart', async () => {
      const [first, second] = [newId(), newId()];
      await one.begin(first);
      await one.begin(second);
      await one.end(first);
      expect([await one.isOpen(first), await one.isOpen(second)]).toEqual([false, true]);
    });
  });
};
