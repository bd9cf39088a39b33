import { describe, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { secret } from './secret.decider.ts';
import { recordTest, replaceSecret, restoreSecret, submitSecret } from './secret.commands.examples.ts';
import {
  connection,
  secretConnected,
  secretReplaced,
  secretRevealed,
  secretSubmitted,
  secretTested,
} from './secret.examples.ts';
import type { RecordTest, ReplaceSecret } from './secret.messages.ts';

const given = specify(secret.decider);
const elsewhere = { ...connection, baseUrl: 'https://elsewhere.example.com/v1' };

const replacing = (also: Partial<ReplaceSecret['data']>): ReplaceSecret => ({
  ...replaceSecret,
  data: { ...replaceSecret.data, ...also },
});

/** Without a value. */
const moving = (also: Partial<ReplaceSecret['data']>): ReplaceSecret => {
  const { replacement: _none, ...data } = replaceSecret.data;
  return { type: 'ReplaceSecret', data: { ...data, ...also } };
};

describe('where a value belongs', () => {
  const submitted = { ...submitSecret, data: { ...submitSecret.data, connection } };

  it('is said when it is handed in', () => given().when(submitted).then(secretConnected));

  it('is part of what makes a repetition', () => {
    given(secretConnected).when(submitted).thenIgnored();
    given(secretConnected).when(submitSecret).thenRefused('secret-exists');
  });

  it('stays for the value after it', () =>
    given(secretConnected)
      .when(replaceSecret)
      .then({ ...secretReplaced, data: { ...secretReplaced.data, connection } }));

  it('changes with a value', () =>
    given(secretConnected)
      .when(replacing({ connection: elsewhere }))
      .then({ ...secretReplaced, data: { ...secretReplaced.data, connection: elsewhere } }));

  it('changes with the same value, entered anew', () => {
    const { envelope, mask, version } = replaceSecret.data.replacement!;
    const same = { envelope, mask, version, fingerprint: secretConnected.data.fingerprint };
    given(secretConnected)
      .when(replacing({ replacement: same }))
      .thenIgnored();
    given(secretConnected)
      .when(replacing({ replacement: same, connection: elsewhere }))
      .then({ ...secretReplaced, data: { ...secretReplaced.data, ...same, connection: elsewhere } });
  });

  it('does not change without a value, so that no stored one can be pulled out', () => {
    given(secretConnected)
      .when(moving({ connection: elsewhere }))
      .thenRefused('value-required');
    given(secretConnected)
      .when(moving({ connection: { ...connection, provider: 'groq' } }))
      .thenRefused('value-required');
    given(secretSubmitted).when(moving({ connection })).thenRefused('value-required');
  });

  it('is ignored when it is where the value belongs already', () =>
    given(secretConnected).when(moving({ connection })).thenIgnored());

  it('comes back with an earlier version', () => {
    const moved = { ...secretReplaced, data: { ...secretReplaced.data, connection: elsewhere } };
    const restored = {
      type: 'SecretVersionRestored' as const,
      data: { secretId: secretConnected.data.secretId, version: 1, restoredAt: restoreSecret.data.now },
    };
    given(secretConnected, moved).when(restoreSecret).then(restored);
    given(secretConnected, moved, restored)
      .when(moving({ connection: elsewhere }))
      .thenRefused('value-required');
    given(secretConnected, moved, restored).when(moving({ connection })).thenIgnored();
  });
});

describe('RecordTest', () => {
  const recording = (also: Partial<RecordTest['data']>): RecordTest => ({
    ...recordTest,
    data: { ...recordTest.data, ...also },
  });

  it('is accepted for the first result', () => given(secretConnected).when(recordTest).then(secretTested));

  it('is ignored for the same result, however long it took', () =>
    given(secretConnected, secretTested)
      .when(recording({ latencyMs: 999 }))
      .thenIgnored());

  it.each<[string, Partial<RecordTest['data']>]>([
    ['outcome', { outcome: 'ok' }],
    ['version', { version: 2 }],
    ['stage', { stage: 'authenticate' }],
    ['warning', { warning: 'management-key' }],
  ])('is accepted for another %s', (_fact, also) => {
    const { now: _now, ...data } = recording(also).data;
    given(secretConnected, secretTested).when(recording(also)).then({ type: 'SecretTested', data });
  });

  it('is refused where there is no secret', () => given().when(recordTest).thenRefused('secret-not-found'));

  it('is accepted after a reveal for the test', () =>
    given(secretConnected, secretRevealed).when(recordTest).then(secretTested));
});
