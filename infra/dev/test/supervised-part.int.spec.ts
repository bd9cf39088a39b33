import { startGuarded } from '@keyledger/testing';
import { describe, expect, it } from '@jest/globals';
import type { StackEvent } from '../src/index.ts';
import { SupervisedPart } from '../src/stack/supervised-part.ts';

const shell = async (script: string) => {
  const ready = Promise.withResolvers<void>();
  const program = { command: '/bin/sh', args: ['-c', script], graceMs: 1_000, onLine: () => ready.resolve() };
  const child = startGuarded(program);
  await ready.promise;
  return child;
};

/** Takes its time to end. */
const launch = () => shell('trap "sleep 0.3; exit 0" TERM; echo ready; while :; do sleep 0.02; done');

describe('a supervised part', () => {
  it('is replaced when it hangs', async () => {
    const events: StackEvent[] = [];
    const readyAgain = Promise.withResolvers<void>();
    let hangs = true;
    const probe = () => (hangs ? Promise.reject(new Error('no')) : Promise.resolve());
    const tell = (event: StackEvent) => {
      events.push(event);
      if (event.kind === 'hung') hangs = false;
      if (event.kind === 'ready' && event.again) readyAgain.resolve();
    };
    const pace = { everyMs: 10, misses: 3 };
    const part = new SupervisedPart({ name: 'shell', launch, probe }, tell, pace);
    await part.start();
    await readyAgain.promise;
    expect(events.map(({ kind }) => kind)).toEqual(['ready', 'hung', 'ended', 'ready']);
    await part.stop();
  });

  it('says when it had to be killed in the end', async () => {
    const events: StackEvent[] = [];
    const deaf = () => shell('trap "" TERM; echo ready; while :; do sleep 0.02; done');
    const part = new SupervisedPart({ name: 'shell', launch: deaf }, (event) => events.push(event));
    await part.start();
    await part.stop();
    expect(events.map(({ kind }) => kind)).toEqual(['ready', 'killed']);
  });

  it('is not asked while it ends', async () => {
    const events: StackEvent[] = [];
    const isEnding = new AbortController();
    const probe = () => (isEnding.signal.aborted ? Promise.reject(new Error('asked too late')) : Promise.resolve());
    const pace = { everyMs: 10, misses: 3 };
    const part = new SupervisedPart({ name: 'shell', launch, probe }, (event) => events.push(event), pace);
    await part.start();
    isEnding.abort();
    await part.stop();
    expect(events.map(({ kind }) => kind)).toEqual(['ready']);
  });
});
