import { describe, expect, it } from '@jest/globals';
import { counter, type CounterEvent } from './counter.examples.ts';
import { specify } from './given-when-then.ts';

const given = specify(counter.decider);
const opened: CounterEvent = { type: 'Opened', data: { limit: 3 } };
const counted = (by: number): CounterEvent => ({ type: 'Counted', data: { by } });

describe('a specification in given, when, then', () => {
  it('holds for each of the three outcomes', () => {
    given(opened)
      .when({ type: 'Count', data: { by: [1, 2] } })
      .then(counted(1), counted(2));
    given(opened)
      .when({ type: 'Open', data: { limit: 9 } })
      .thenIgnored();
    given()
      .when({ type: 'Count', data: { by: [1] } })
      .thenRefused('not-open');
    given(opened, counted(3))
      .when({ type: 'Count', data: { by: [1] } })
      .thenRefused('limit-reached');
  });

  it('fails for any other outcome, event, order or code', () => {
    const counting = given(opened).when({ type: 'Count', data: { by: [1, 2] } });
    expect(() => counting.then(counted(1))).toThrow();
    expect(() => counting.then(counted(2), counted(1))).toThrow();
    expect(() => counting.then(counted(1), counted(1))).toThrow();
    expect(() => counting.thenIgnored()).toThrow();
    expect(() => counting.thenRefused('limit-reached')).toThrow();
    expect(() =>
      given()
        .when({ type: 'Count', data: { by: [1] } })
        .thenRefused('limit-reached'),
    ).toThrow();
  });
});
