import { describe, expect, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { secret } from './secret.decider.ts';
import { recordReadable, recordUnreadable, replaceSecret } from './secret.commands.examples.ts';
import {
  secretFoundReadable,
  secretFoundUnreadable,
  secretReplaced,
  secretShredded,
  secretSubmitted,
} from './secret.examples.ts';
import { versionOf } from './secret.state.ts';

const given = specify(secret.decider);

const withSameValue = {
  ...replaceSecret,
  data: {
    ...replaceSecret.data,
    replacement: { ...replaceSecret.data.replacement!, fingerprint: secretSubmitted.data.fingerprint },
  },
};

describe('RecordReadability', () => {
  it('is accepted when a version does not open any more', () =>
    given(secretSubmitted).when(recordUnreadable).then(secretFoundUnreadable));

  it('is accepted when it opens again', () =>
    given(secretSubmitted, secretFoundUnreadable).when(recordReadable).then(secretFoundReadable));

  it('is ignored when this is known', () => {
    given(secretSubmitted).when(recordReadable).thenIgnored();
    given(secretSubmitted, secretFoundUnreadable).when(recordUnreadable).thenIgnored();
    given(secretSubmitted, secretFoundUnreadable, secretFoundReadable).when(recordReadable).thenIgnored();
  });

  it('is ignored for what is shredded, or not there', () => {
    given(secretSubmitted, secretShredded).when(recordUnreadable).thenIgnored();
    given().when(recordUnreadable).thenIgnored();
    given(secretSubmitted)
      .when({ ...recordUnreadable, data: { ...recordUnreadable.data, version: 2 } })
      .thenIgnored();
  });
});

describe('a version that was found unreadable', () => {
  it('is replaced by the same value, entered anew', () => {
    given(secretSubmitted).when(withSameValue).thenIgnored();
    given(secretSubmitted, secretFoundUnreadable)
      .when(withSameValue)
      .then({ ...secretReplaced, data: { ...secretReplaced.data, fingerprint: secretSubmitted.data.fingerprint } });
  });

  it('stays so beside the version that takes its place', () => {
    const state = [secretSubmitted, secretFoundUnreadable, secretReplaced].reduce(
      secret.decider.evolve,
      secret.decider.initialState,
    );
    expect([versionOf(state, 1)?.isUnreadable, versionOf(state, 2)?.isUnreadable]).toEqual([true, false]);
  });
});
