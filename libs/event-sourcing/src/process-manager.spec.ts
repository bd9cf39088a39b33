import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ProcessManager, runProcess } from './process-manager.ts';

const countdown: ProcessManager<number, { to: number }> = {
  name: 'countdown',
  nextStep: (state) => (state === 0 ? undefined : { to: state - 1 }),
};

/** A process whose state is kept outside, as in a stream; `cut` lets a step fail after or before it was recorded. */
const stored = (initial: number) => {
  let state = initial;
  return {
    run: (cut?: 'before' | 'after') => ({
      load: () => Promise.resolve(state),
      perform: ({ to }: { to: number }) => {
        if (cut === 'before') return Promise.reject(new Error('cut off'));
        state = to;
        return cut === 'after' ? Promise.reject(new Error('cut off')) : Promise.resolve();
      },
    }),
  };
};

describe('runProcess', () => {
  it('performs steps until none is left', async () => {
    expect(await runProcess(countdown, stored(5).run())).toBe(0);
  });

  it('does nothing when there is nothing to do', async () => {
    expect(await runProcess(countdown, stored(0).run('before'))).toBe(0);
  });

  it('continues from where it was cut off, wherever that was', async () => {
    const cuts = fc.array(fc.constantFrom('before' as const, 'after' as const), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.nat(20), cuts, async (initial, list) => {
        const process = stored(initial);
        for (const cut of list) await runProcess(countdown, process.run(cut)).catch(() => undefined);
        expect(await runProcess(countdown, process.run())).toBe(0);
      }),
    );
  });

  it('ends with an error when a step changes nothing', async () => {
    const stuck = { load: () => Promise.resolve(1), perform: () => Promise.resolve() };
    await expect(runProcess(countdown, stuck)).rejects.toThrow('countdown does not come to rest');
  });
});
