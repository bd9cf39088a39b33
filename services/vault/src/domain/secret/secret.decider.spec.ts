import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { specify } from '@keyledger/event-sourcing/testing';
import { secret } from './secret.decider.ts';
import { revealSecret, sealSecret } from './secret.commands.examples.ts';
import {
  ada,
  administrator,
  attemptId,
  delivery,
  revealDenied,
  secondVersionSealed,
  secretEvents,
  secretRevealed,
  secretSealed,
  secretShredded,
  secretSubmitted,
} from './secret.examples.ts';
import type { RevealSecret, SealSecret, SecretEvent } from './secret.messages.ts';
import { versionOf } from './secret.state.ts';

const given = specify(secret.decider);

const sealing = (changed: Partial<SealSecret['data']>): SealSecret => ({
  ...sealSecret,
  data: { ...sealSecret.data, ...changed },
});

const revealing = (changed: Partial<RevealSecret['data']>): RevealSecret => ({
  ...revealSecret,
  data: { ...revealSecret.data, ...changed },
});

const otherAttempt = '01930f60-0002-7c4e-9d5a-2f8f4f0f6d11';
const otherRecipient = 'cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s';
const otherGrant = '5f0c9b7e-0000-4f0b-9d9e-0a4b8f5d7c22';

describe('SealSecret', () => {
  it('is accepted for the first version', () => given().when(sealSecret).then(secretSealed));

  it('is accepted for the next version', () =>
    given(secretSealed)
      .when(sealing({ version: 2, now: secondVersionSealed.data.sealedAt }))
      .then(secondVersionSealed));

  it('is ignored for a version that is sealed already: the first key stays', () =>
    given(secretSealed)
      .when(sealing({ fingerprint: 'f2'.repeat(32) }))
      .thenIgnored());

  it('is ignored for an earlier version', () =>
    given(secretSealed, secondVersionSealed).when(sealSecret).thenIgnored());

  it('is refused when a version would be left out', () => {
    given()
      .when(sealing({ version: 2 }))
      .thenRefused('version-not-next');
    given(secretSealed)
      .when(sealing({ version: 3 }))
      .thenRefused('version-not-next');
  });

  it('is refused for another owner', () =>
    given(secretSealed)
      .when(sealing({ version: 2, owner: 'mallory@example.com' }))
      .thenRefused('owner-differs'));
});

describe('RevealSecret', () => {
  it('is recorded with grant, purpose and recipient', () =>
    given(secretSealed).when(revealSecret).then(secretRevealed));

  it('is recorded for a version that was replaced', () =>
    given(secretSealed, secondVersionSealed).when(revealSecret).then(secretRevealed));

  it('is refused for a secret that does not exist', () => given().when(revealSecret).thenRefused('secret-not-found'));

  it('is refused for a version that does not exist', () =>
    given(secretSealed)
      .when(revealing({ version: 2 }))
      .thenRefused('secret-not-found'));

  it.each([
    ['another service', { ...delivery, id: 'service:approval' }],
    ['an administrator', { kind: 'user' as const, id: 'admin', proof: 'basic', roles: ['admin'] }],
    ['a user with the name of the service', { ...delivery, kind: 'user' as const }],
    ['somebody who proved it in another way', { ...delivery, proof: 'basic' }],
    ['nobody', { kind: 'anonymous' as const, id: 'anonymous', proof: 'address', roles: [] }],
  ])('is denied to %s, and the denial is remembered', (_who, caller) =>
    given(secretSealed).when(revealing({ caller })).then(revealDenied),
  );

  it('tells those who may not ask nothing about whether the secret exists', () =>
    given()
      .when(revealing({ caller: { ...delivery, id: 'service:audit' } }))
      .thenRefused('not-permitted'));

  it('is ignored under a grant that was used for the same recipient: it is the same reveal', () => {
    given(secretSealed, secretRevealed).when(revealSecret).thenIgnored();
    given(secretSealed, secretRevealed)
      .when(revealing({ attemptId: otherAttempt }))
      .thenIgnored();
    given(secretSealed, secretRevealed, secondVersionSealed).when(revealSecret).thenIgnored();
  });

  it('is denied under a grant that was used for another recipient, and the denial is remembered', () =>
    given(secretSealed, secretRevealed)
      .when(revealing({ attemptId: otherAttempt, recipient: otherRecipient }))
      .then({ ...revealDenied, data: { ...revealDenied.data, attemptId: otherAttempt, reason: 'grant-used' } }));

  it('is denied to those who may not ask, also under a grant that was used for the recipient they name', () =>
    given(secretSealed, secretRevealed)
      .when(revealing({ attemptId: otherAttempt, caller: { ...delivery, id: 'service:audit' } }))
      .then({ ...revealDenied, data: { ...revealDenied.data, attemptId: otherAttempt } }));

  it('is denied under a grant that was used for another version', () =>
    given(secretSealed, secretRevealed, secondVersionSealed)
      .when(revealing({ attemptId: otherAttempt, version: 2 }))
      .then({ ...revealDenied, data: { ...revealDenied.data, attemptId: otherAttempt, reason: 'grant-used' } }));

  it('is recorded again under another grant', () =>
    given(secretSealed, secretRevealed)
      .when(revealing({ attemptId: otherAttempt, grantId: otherGrant }))
      .then({ ...secretRevealed, data: { ...secretRevealed.data, attemptId: otherAttempt, grantId: otherGrant } }));

  it('is refused without a second record when a refused message comes again', () => {
    given(secretSealed, secretRevealed)
      .when(revealing({ recipient: otherRecipient }))
      .thenRefused('grant-used');
    given(secretSealed, revealDenied).when(revealSecret).thenRefused('not-permitted');
  });

  it('may still use a grant under which somebody else was denied', () =>
    given(secretSealed, revealDenied)
      .when(revealing({ attemptId: otherAttempt }))
      .then({ ...secretRevealed, data: { ...secretRevealed.data, attemptId: otherAttempt } }));
});

describe('RevealSecret, of a secret that was handed in', () => {
  const breaking = (changed: Partial<RevealSecret['data']> = {}): RevealSecret =>
    revealing({ purpose: 'break-glass', caller: administrator, reason: 'The registry lost it', ...changed });

  it('is recorded for its owner', () => {
    const { data } = secretRevealed;
    given(secretSubmitted)
      .when(revealing({ purpose: 'checkout', caller: ada }))
      .then({ type: 'SecretRevealed', data: { ...data, purpose: 'checkout' } });
  });

  it('is recorded with the reason for an administrator who breaks the glass', () =>
    given(secretSubmitted)
      .when(breaking())
      .then({
        type: 'SecretRevealed',
        data: { ...secretRevealed.data, purpose: 'break-glass', reason: 'The registry lost it' },
      }));

  it('is denied to an administrator who does not say why, and the denial is remembered', () => {
    const { reason: _reason, ...data } = breaking().data;
    given(secretSubmitted)
      .when({ type: 'RevealSecret', data })
      .then({ ...revealDenied, data: { ...revealDenied.data, purpose: 'break-glass', reason: 'reason-missing' } });
  });

  it('is denied for delivery, which is for the keys of leases', () =>
    given(secretSubmitted).when(revealSecret).then(revealDenied));

  it('is refused when the secret is shredded, also to whom it was revealed before', () => {
    given(secretSubmitted, secretShredded).when(breaking()).thenRefused('secret-shredded');
    given(
      secretSubmitted,
      { ...secretRevealed, data: { ...secretRevealed.data, purpose: 'break-glass' } },
      secretShredded,
    )
      .when(breaking({ attemptId: otherAttempt }))
      .thenRefused('secret-shredded');
  });
});

describe('the state of a secret', () => {
  const fold = (events: readonly SecretEvent[]) => events.reduce(secret.decider.evolve, secret.decider.initialState);

  it('is found for every sequence of events, also one that cannot happen', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...secretEvents), { maxLength: 20 }), (events) => {
        const versions = events.filter(({ type }) => type === 'SecretSealed').length;
        const state = fold(events);
        expect(state.status).toBe(versions === 0 ? 'absent' : 'sealed');
        expect(versionOf(state, versions + 1)).toBeUndefined();
      }),
    );
  });

  it('knows each version by its number', () => {
    const state = fold([secretSealed, secondVersionSealed]);
    expect(versionOf(state, 1)?.envelope).toEqual(secretSealed.data.envelope);
    expect(versionOf(state, 0)).toBeUndefined();
    expect(versionOf(secret.decider.initialState, 1)).toBeUndefined();
  });

  it('remembers attempts by message', () => {
    const state = fold([secretSealed, secretRevealed]);
    expect(state.status === 'sealed' && state.attempts.get(attemptId)).toBe('revealed');
  });
});
