import { describe, expect, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { secret } from './secret.decider.ts';
import {
  replaceSecret,
  restoreSecret,
  sealSecret,
  shredExpiredVersions,
  shredSecret,
  submitSecret,
} from './secret.commands.examples.ts';
import {
  administrator,
  firstVersionRestored,
  firstVersionShredded,
  mallory,
  secretRelabelled,
  secretReplaced,
  secretSealed,
  secretShredded,
  secretSubmitted,
} from './secret.examples.ts';
import type { SecretCommand, SecretEvent } from './secret.messages.ts';
import { versionOf } from './secret.state.ts';

const given = specify(secret.decider);

const changed = <Command extends SecretCommand>(
  command: Command,
  data: Partial<Omit<Command['data'], 'type'>>,
): Command => ({ ...command, data: { ...command.data, ...data } });

describe('SubmitSecret', () => {
  it('is accepted from the owner', () => given().when(submitSecret).then(secretSubmitted));

  it('is accepted from an administrator, for the system as for anybody', () =>
    given()
      .when(changed(submitSecret, { caller: administrator, owner: 'system' }))
      .then({ ...secretSubmitted, data: { ...secretSubmitted.data, owner: 'system' } }));

  it('is ignored for the same value of the same owner: it is a repetition', () =>
    given(secretSubmitted).when(submitSecret).thenIgnored());

  it('is refused to others', () =>
    given()
      .when(changed(submitSecret, { caller: mallory }))
      .thenRefused('not-permitted'));

  it.each([
    ['another value', secretSubmitted, { fingerprint: 'f2'.repeat(32) }],
    ['another owner', secretSubmitted, { caller: administrator, owner: 'system' }],
    ['the key of a lease', secretSealed, {}],
  ])('is refused where the id belongs to %s', (_what, event, data) =>
    given(event).when(changed(submitSecret, data)).thenRefused('secret-exists'),
  );
});

describe('ReplaceSecret', () => {
  it('is accepted with the next version', () => given(secretSubmitted).when(replaceSecret).then(secretReplaced));

  it('is accepted with a label alone, which keeps the value', () => {
    const { replacement: _kept, ...data } = replaceSecret.data;
    given(secretSubmitted)
      .when({ type: 'ReplaceSecret', data: { ...data, label: 'OpenAI, private' } })
      .then(secretRelabelled);
  });

  it('is accepted with both', () =>
    given(secretSubmitted)
      .when(changed(replaceSecret, { label: 'OpenAI, private' }))
      .then(secretReplaced, secretRelabelled));

  it('is ignored for the value that counts already, whatever the version', () =>
    given(secretSubmitted, secretReplaced).when(replaceSecret).thenIgnored());

  it('is ignored when it says nothing', () => {
    const { replacement: _kept, ...data } = replaceSecret.data;
    given(secretSubmitted).when({ type: 'ReplaceSecret', data }).thenIgnored();
  });

  it('is accepted for a value that counted before and does not count now', () =>
    given(secretSubmitted, secretReplaced, firstVersionRestored)
      .when(changed(replaceSecret, { replacement: { ...replaceSecret.data.replacement!, version: 3 } }))
      .then({ ...secretReplaced, data: { ...secretReplaced.data, version: 3 } }));

  it('is refused for a version that is not the next', () =>
    given(secretSubmitted)
      .when(changed(replaceSecret, { replacement: { ...replaceSecret.data.replacement!, version: 3 } }))
      .thenRefused('version-not-next'));

  it('is refused when the secret is shredded', () =>
    given(secretSubmitted, secretShredded).when(replaceSecret).thenRefused('secret-shredded'));
});

describe('RestoreSecret', () => {
  it('is accepted for an earlier version', () =>
    given(secretSubmitted, secretReplaced).when(restoreSecret).then(firstVersionRestored));

  it('is ignored for the version that counts', () => {
    given(secretSubmitted).when(restoreSecret).thenIgnored();
    given(secretSubmitted, secretReplaced, firstVersionRestored).when(restoreSecret).thenIgnored();
  });

  it('is refused for a version that never was', () =>
    given(secretSubmitted)
      .when(changed(restoreSecret, { version: 2 }))
      .thenRefused('version-not-found'));

  it('is refused for a version that is shredded', () =>
    given(secretSubmitted, secretReplaced, firstVersionShredded).when(restoreSecret).thenRefused('version-shredded'));

  it('is refused when the secret is shredded', () =>
    given(secretSubmitted, secretShredded).when(restoreSecret).thenRefused('secret-shredded'));
});

describe('ShredSecret', () => {
  it('is accepted for the whole, with every version that is left', () => {
    given(secretSubmitted).when(shredSecret).then(secretShredded);
    given(secretSubmitted, secretReplaced, firstVersionShredded)
      .when(shredSecret)
      .then({
        ...secretShredded,
        data: { ...secretShredded.data, versions: [2], dataKeyIds: [secretReplaced.data.envelope.dataKeyId] },
      });
  });

  it('is accepted for versions that have not counted for long enough', () =>
    given(secretSubmitted, secretReplaced).when(shredExpiredVersions).then(firstVersionShredded));

  it('is ignored when nothing is left', () => {
    given(secretSubmitted, secretShredded).when(shredSecret).thenIgnored();
    given(secretSubmitted, secretReplaced, firstVersionShredded).when(shredExpiredVersions).thenIgnored();
  });

  it('is ignored for versions that counted until lately, and never takes the one that counts', () => {
    given(secretSubmitted).when(shredExpiredVersions).thenIgnored();
    given(secretSubmitted, secretReplaced)
      .when(changed(shredExpiredVersions, { supersededBefore: secretReplaced.data.sealedAt }))
      .thenIgnored();
    given(secretSubmitted, secretReplaced, firstVersionRestored)
      .when(changed(shredExpiredVersions, { supersededBefore: firstVersionRestored.data.restoredAt }))
      .thenIgnored();
  });
});

describe('whoever looks after a secret', () => {
  const commands: readonly SecretCommand[] = [replaceSecret, restoreSecret, shredSecret, shredExpiredVersions];

  it.each(commands.map((command): [string, SecretCommand] => [command.type, command]))(
    'must be its owner or an administrator, and others do not learn that it is there: %s',
    (_name, command) => {
      given().when(command).thenRefused('secret-not-found');
      const byMallory = { ...command, data: { ...command.data, caller: mallory } } as SecretCommand;
      given(secretSubmitted, secretReplaced).when(byMallory).thenRefused('secret-not-found');
    },
  );

  it.each(commands.map((command): [string, SecretCommand] => [command.type, command]))(
    'leaves the keys of leases alone: %s',
    (_name, command) => given(secretSealed).when(command).thenRefused('secret-is-issued'),
  );

  it('is never the vault in the course of issuing', () =>
    given(secretSubmitted)
      .when({ ...sealSecret, data: { ...sealSecret.data, version: 2 } })
      .thenRefused('owner-differs'));
});

describe('the state of a secret that was handed in', () => {
  const fold = (...events: readonly SecretEvent[]) => {
    const state = events.reduce(secret.decider.evolve, secret.decider.initialState);
    if (state.status === 'absent') throw new Error('There is none');
    return state;
  };

  it('knows which version counts, and since when the others do not', () => {
    const replaced = fold(secretSubmitted, secretReplaced);
    expect([replaced.current, versionOf(replaced, 1)?.supersededAt]).toEqual([2, secretReplaced.data.sealedAt]);
    const restored = fold(secretSubmitted, secretReplaced, firstVersionRestored);
    expect([restored.current, versionOf(restored, 1)?.supersededAt]).toEqual([1, undefined]);
    expect(versionOf(restored, 2)?.supersededAt).toBe(firstVersionRestored.data.restoredAt);
  });

  it('knows what is shredded, and what it is called', () => {
    const state = fold(secretSubmitted, secretReplaced, firstVersionShredded, secretRelabelled);
    expect([state.isShredded, state.label]).toEqual([false, 'OpenAI, private']);
    expect(state.versions.map(({ isShredded }) => isShredded)).toEqual([true, false]);
    expect(fold(secretSubmitted, secretShredded)).toMatchObject({ isShredded: true, label: 'My OpenAI key' });
  });
});
