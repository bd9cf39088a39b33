import { isAppError } from '@keyledger/errors';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CheckpointStore, HeldCheckpoint } from '../checkpoint.ts';
import { positionOf } from '../event.ts';
import { newId } from '../ids.ts';

export interface CheckpointStoreSubject {
  /** A store as each replica has one; all share what is stored. */
  replica(): CheckpointStore;
  /** Takes the right away from its holder, as if it had been silent for too long. */
  seize(processor: string): Promise<void>;
  close?(): Promise<void>;
}

const at = (text: string) => ({ position: positionOf(text) });

const aborted = ({ signal }: Pick<HeldCheckpoint, 'signal'>): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Holds until the returned function is called; `held` resolves once the work has begun. */
const holding = (store: CheckpointStore, processor: string) => {
  const stop = new AbortController();
  const begun = Promise.withResolvers<HeldCheckpoint>();
  const ended = store.hold(processor, stop.signal, async (held) => {
    begun.resolve(held);
    await aborted(held);
  });
  ended.catch(begun.reject);
  return {
    held: begun.promise,
    ended,
    release: async (): Promise<void> => {
      stop.abort();
      await ended;
    },
  };
};

/** The demands on every checkpoint store. */
export const checkpointStoreContract = (
  name: string,
  open: () => CheckpointStoreSubject | Promise<CheckpointStoreSubject>,
): void => {
  describe(`${name} keeps the contract of a checkpoint store`, () => {
    let subject: CheckpointStoreSubject;
    let processor: string;

    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject.close?.());

    it('knows no checkpoint of a processor that never ran', async () => {
      expect(await subject.replica().read(newId())).toBeUndefined();
    });

    it('gives the stored checkpoint to the next holder and to readers', async () => {
      processor = newId();
      const first = holding(subject.replica(), processor);
      const held = await first.held;
      expect(held.checkpoint).toBeUndefined();
      await held.save(at('01'));
      await held.save({ ...at('02'), epoch: 'born-1' });
      expect(await subject.replica().read(processor)).toEqual({ position: '02', epoch: 'born-1' });
      await first.release();
      const second = holding(subject.replica(), processor);
      expect((await second.held).checkpoint).toEqual({ position: '02', epoch: 'born-1' });
      await second.release();
    });

    it('may move a checkpoint back and drop its epoch', async () => {
      processor = newId();
      const only = holding(subject.replica(), processor);
      const held = await only.held;
      await held.save({ ...at('09'), epoch: 'born-1' });
      await held.save(at('03'));
      expect(await subject.replica().read(processor)).toEqual({ position: '03' });
      await only.release();
    });

    it('runs one processor in one replica at a time and hands over on release', async () => {
      processor = newId();
      const replicas = Array.from({ length: 4 }, () => subject.replica());
      let running = 0;
      let most = 0;
      await Promise.all(
        replicas.map((replica) =>
          replica.hold(processor, new AbortController().signal, async ({ checkpoint, save }) => {
            running += 1;
            most = Math.max(most, running);
            await save(at(`${Number(checkpoint?.position ?? 0) + 1}`));
            running -= 1;
          }),
        ),
      );
      expect(most).toBe(1);
      expect(await subject.replica().read(processor)).toEqual(at('4'));
    });

    it('runs different processors side by side in one replica', async () => {
      const replica = subject.replica();
      const both = [holding(replica, newId()), holding(replica, newId())];
      for (const { held } of both) expect((await held).checkpoint).toBeUndefined();
      for (const { release } of both) await release();
    });

    it('stops waiting when its signal aborts', async () => {
      processor = newId();
      const first = holding(subject.replica(), processor);
      await first.held;
      const second = holding(subject.replica(), processor);
      await second.release();
      await (await first.held).save(at('1'));
      await first.release();
    });

    it('does not begin when its signal is aborted from the start', async () => {
      let begun = false;
      await subject.replica().hold(newId(), AbortSignal.abort(), () => {
        begun = true;
        return Promise.resolve();
      });
      expect(begun).toBe(false);
    });

    it('rejects with what the work throws and gives the right up', async () => {
      processor = newId();
      const failure = new Error('broken work');
      const { signal } = new AbortController();
      await expect(subject.replica().hold(processor, signal, () => Promise.reject(failure))).rejects.toBe(failure);
      const next = holding(subject.replica(), processor);
      expect((await next.held).checkpoint).toBeUndefined();
      await next.release();
    });

    it('refuses a save by a holder that lost the right, and lets it wait again', async () => {
      processor = newId();
      const works: HeldCheckpoint[] = [];
      const again = Promise.withResolvers<HeldCheckpoint>();
      const stop = new AbortController();
      const ended = subject.replica().hold(processor, stop.signal, async (held) => {
        works.push(held);
        if (works.length === 2) again.resolve(held);
        await held.save(at(String(works.length)));
        await aborted(held);
      });
      const thief = subject.replica();
      for (let checkpoint = await thief.read(processor); checkpoint === undefined;)
        checkpoint = await thief.read(processor);
      await subject.seize(processor);
      const second = await again.promise;
      expect(second.checkpoint).toEqual(at('1'));
      const late = await works[0]?.save(at('lost')).catch((error: unknown) => error);
      expect(isAppError(late, 'revision-conflict')).toBe(true);
      expect(works[0]?.signal.aborted).toBe(true);
      stop.abort();
      await ended;
      expect(await thief.read(processor)).toEqual(at('2'));
    });
  });
};
