import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { specify } from '@keyledger/event-sourcing/testing';
import { masterKeys } from './master-key.decider.ts';
import {
  completeRotation,
  establishMasterKey,
  markMasterKeyCompromised,
  masterKeyActivated,
  masterKeyAdded,
  masterKeyCompromised,
  masterKeyDeactivated,
  masterKeyDestroyed,
  masterKeyEvents,
  masterKeyId,
  masterKeyResumed,
  masterKeySuspended,
  reportRotation,
  resumeMasterKey,
  retireMasterKey,
  rotateMasterKey,
  rotationBegins,
  rotationCompleted,
  rotationProgressed,
  rotationStarted,
  secondKeyActivated,
  secondKeyAdded,
  secondMasterKeyId,
  suspendMasterKey,
} from './master-key.examples.ts';
import type { MasterKeyEvent } from './master-key.messages.ts';

const given = specify(masterKeys.decider);

const established = [masterKeyAdded, masterKeyActivated] as const;
const rotated = [...established, ...rotationBegins, rotationCompleted] as const;

const after = (...events: readonly MasterKeyEvent[]) =>
  events.reduce(masterKeys.decider.evolve, masterKeys.decider.initialState);

describe('EstablishMasterKey', () => {
  it('adds the very first key and lets it write', () =>
    given().when(establishMasterKey).then(masterKeyAdded, masterKeyActivated));

  it('is ignored when there is one, so that two vaults that start at once agree', () =>
    given(...established)
      .when({ ...establishMasterKey, data: { ...establishMasterKey.data, masterKeyId: 'another' } })
      .thenIgnored());

  it('is ignored when there is one that does not write', () =>
    given(masterKeyAdded).when(establishMasterKey).thenIgnored());
});

describe('RotateMasterKey', () => {
  it('lets the new key write and the old one open, in one write', () =>
    given(...established)
      .when(rotateMasterKey)
      .then(...rotationBegins));

  it('takes the place of a suspended key', () =>
    given(...established, masterKeySuspended)
      .when(rotateMasterKey)
      .then(...rotationBegins));

  it('leaves a compromised key compromised', () =>
    given(...established, masterKeyCompromised)
      .when(rotateMasterKey)
      .then(secondKeyAdded, secondKeyActivated, rotationStarted));

  it('is ignored when it comes again', () =>
    given(...established, ...rotationBegins)
      .when(rotateMasterKey)
      .thenIgnored());

  it('is refused while another rotation is running', () =>
    given(...established, ...rotationBegins)
      .when({ ...rotateMasterKey, data: { ...rotateMasterKey.data, masterKeyId: 'a third' } })
      .thenRefused('rotation-running'));

  it('is refused where there is no key yet', () => given().when(rotateMasterKey).thenRefused('master-key-not-found'));
});

describe('a running rotation', () => {
  const running = given(...established, ...rotationBegins);

  it('tells its progress', () => running.when(reportRotation).then(rotationProgressed));
  it('is completed', () => running.when(completeRotation).then(rotationCompleted));

  it('tells nothing more when it is over', () => {
    given(...rotated)
      .when(reportRotation)
      .thenIgnored();
    given(...rotated)
      .when(completeRotation)
      .thenIgnored();
  });
});

describe('SuspendMasterKey and ResumeMasterKey', () => {
  it('stop the key that writes, and let it go on', () => {
    given(...established)
      .when(suspendMasterKey)
      .then(masterKeySuspended);
    given(...established, masterKeySuspended)
      .when(resumeMasterKey)
      .then(masterKeyResumed);
  });

  it('are ignored when it is so already', () => {
    given(...established, masterKeySuspended)
      .when(suspendMasterKey)
      .thenIgnored();
    given(...established)
      .when(resumeMasterKey)
      .thenIgnored();
  });

  it.each([
    ['pre-activation', [masterKeyAdded]],
    ['deactivated', rotated],
    ['compromised', [...established, masterKeyCompromised]],
    ['destroyed', [...rotated, masterKeyDestroyed]],
  ])('are refused for a key that is %s', (_status, events) => {
    given(...events)
      .when(suspendMasterKey)
      .thenRefused('transition-not-allowed');
    given(...events)
      .when(resumeMasterKey)
      .thenRefused('transition-not-allowed');
  });
});

describe('MarkMasterKeyCompromised', () => {
  it.each([
    ['pre-activation', [masterKeyAdded]],
    ['active', established],
    ['suspended', [...established, masterKeySuspended]],
    ['deactivated', rotated],
  ])('is accepted for a key that is %s', (_status, events) =>
    given(...events)
      .when(markMasterKeyCompromised)
      .then(masterKeyCompromised),
  );

  it('is ignored when it is known', () =>
    given(...established, masterKeyCompromised)
      .when(markMasterKeyCompromised)
      .thenIgnored());

  it('is refused for a key that is destroyed', () =>
    given(...rotated, masterKeyDestroyed)
      .when(markMasterKeyCompromised)
      .thenRefused('transition-not-allowed'));
});

describe('RetireMasterKey', () => {
  it('destroys a key that a rotation left behind', () =>
    given(...rotated)
      .when(retireMasterKey)
      .then(masterKeyDestroyed));

  it('destroys a compromised key', () =>
    given(...rotated, masterKeyCompromised)
      .when(retireMasterKey)
      .then(masterKeyDestroyed));

  it('is ignored when it is destroyed', () =>
    given(...rotated, masterKeyDestroyed)
      .when(retireMasterKey)
      .thenIgnored());

  it('is refused for a key that writes, or may write again', () => {
    given(...established)
      .when(retireMasterKey)
      .thenRefused('transition-not-allowed');
    given(...established, masterKeySuspended)
      .when(retireMasterKey)
      .thenRefused('transition-not-allowed');
  });

  it('is refused while a rotation is running', () =>
    given(...established, ...rotationBegins)
      .when(retireMasterKey)
      .thenRefused('rotation-running'));

  it('is refused for a key that nobody knows', () => given().when(retireMasterKey).thenRefused('master-key-not-found'));
});

describe('the master keys', () => {
  it('are none at first', () => expect(after()).toEqual({ known: [], active: undefined, rotation: undefined }));

  it('do not write before they are activated', () =>
    expect(after(masterKeyAdded)).toMatchObject({
      known: [{ masterKeyId, status: 'pre-activation' }],
      active: undefined,
    }));

  it('have one that writes', () => {
    expect(after(...established).active).toMatchObject({ masterKeyId, status: 'active' });
    expect(after(...rotated).active).toMatchObject({ masterKeyId: secondMasterKeyId });
    expect(after(...rotated).known[0]).toMatchObject({ masterKeyId, status: 'deactivated' });
  });

  it('have none that writes while it is suspended or compromised', () => {
    expect(after(...established, masterKeySuspended).active).toBeUndefined();
    expect(after(...established, masterKeyCompromised).active).toBeUndefined();
    expect(after(...established, masterKeySuspended, masterKeyResumed).active).toMatchObject({ masterKeyId });
  });

  it('are not changed by what happens to an unknown one', () =>
    expect(after(masterKeyActivated, masterKeyDeactivated, rotationProgressed)).toEqual(after()));

  it('never have two that write, and are found for every sequence of events, also one that cannot happen', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...masterKeyEvents), { maxLength: 20 }), (events) => {
        const state = after(...events);
        expect(state.active === undefined || state.known.includes(state.active)).toBe(true);
      }),
    );
  });

  it('know how far the rotation is', () => {
    const running = after(...established, ...rotationBegins, rotationProgressed);
    expect(running.rotation).toMatchObject({ rewrapped: 500, remaining: 500, completedAt: undefined });
    expect(after(...rotated).rotation).toMatchObject({ rewrapped: 1_000, remaining: 0, unreadable: 0 });
  });
});
