import { describe, expect, it } from '@jest/globals';
import { deadLetterCheck } from './dead-letters.ts';
import { ServiceHealth } from './health.ts';

const readinessWith = (count: () => Promise<ReadonlyMap<string, number>>) => {
  const health = new ServiceHealth('vault');
  health.watch([deadLetterCheck({ count })]);
  health.enter('running');
  return health.ready();
};

describe('the health of a service', () => {
  it('is up without dead letters', async () =>
    expect(await readinessWith(() => Promise.resolve(new Map()))).toMatchObject({
      status: 'ready',
      components: { 'dead-letters': { status: 'up' } },
    }));

  it('is degraded while dead letters wait, which takes no requests from it', async () =>
    expect(
      await readinessWith(() =>
        Promise.resolve(
          new Map([
            ['issue', 2],
            ['retry', 1],
          ]),
        ),
      ),
    ).toMatchObject({
      status: 'ready',
      components: {
        'dead-letters': { status: 'degraded', reason: 'Events wait to be replayed: 2 of issue, 1 of retry' },
      },
    }));

  it('is degraded when nobody can count them: whether NATS is there is said elsewhere', async () =>
    expect(await readinessWith(() => Promise.reject(new Error('canary')))).toMatchObject({
      status: 'ready',
      components: { 'dead-letters': { status: 'degraded', reason: 'The dead letters cannot be counted' } },
    }));
});
