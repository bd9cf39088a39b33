import { describe, expect, it } from '@jest/globals';
import { eventFanOut } from './event-fan-out.ts';

describe('the fan-out of events', () => {
  it('calls the listeners of a request, each once for an event that names it twice', () => {
    const fanOut = eventFanOut();
    const heard: string[] = [];
    fanOut.listen('a', () => heard.push('first'));
    fanOut.listen('a', () => heard.push('second'));
    fanOut.listen('b', () => heard.push('other'));
    fanOut.publish(['a', 'a', 'c']);
    expect(heard).toEqual(['first', 'second']);
  });

  it('ends one listener without the others, and twice without harm', () => {
    const fanOut = eventFanOut();
    const heard: string[] = [];
    const listener = (): void => void heard.push('x');
    const stop = fanOut.listen('a', listener);
    fanOut.listen('a', listener);
    stop();
    stop();
    fanOut.publish(['a']);
    expect(heard).toEqual(['x']);
    expect(fanOut.listenerCount('a')).toBe(1);
  });
});
