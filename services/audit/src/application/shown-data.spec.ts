import { describe, expect, it } from '@jest/globals';
import { reasonOf, shownData } from './shown-data.ts';

describe('the data of an event as an auditor sees it', () => {
  it('has a digest in the place of ciphertext and everything else unchanged', () => {
    const shown = shownData('SecretSealed', { secretId: 's', envelope: { algorithm: 'A256GCM', sealed: 'AAAA' } });
    // printf '"AAAA"' | sha256sum
    const digest = 'sha256:331bed4d0aaca25d9c6abf77cc6438dcd78e880c802412ca4ac66f5f20f54e2f';
    expect(shown).toEqual({ secretId: 's', envelope: { algorithm: 'A256GCM', sealed: digest } });
  });

  it('tells equal ciphertexts from different ones', () => {
    const shown = (sealed: string) => JSON.stringify(shownData('SecretSealed', { envelope: { sealed } }));
    expect(shown('AAAA')).toBe(shown('AAAA'));
    expect(shown('AAAA')).not.toBe(shown('AAAB'));
  });

  it('leaves other events alone', () => {
    expect(shownData('KeyRequestDenied', { envelope: { sealed: 'x' } })).toEqual({ envelope: { sealed: 'x' } });
  });

  it.each([null, 'text', 7, ['a']])('wraps the bare value %j', (value) => {
    expect(shownData('Any', value)).toEqual({ value });
  });

  it.each([{ envelope: 'not an object' }, {}, { envelope: {} }])('survives data without the field: %j', (data) => {
    expect(shownData('SecretSealed', data)).toEqual(data);
  });
});

describe('the reason of an event', () => {
  it('is the text that somebody gave', () => expect(reasonOf({ reason: 'too expensive' })).toBe('too expensive'));
  it.each([{}, { reason: 7 }, null, 'reason'])('is absent in %j', (data) => expect(reasonOf(data)).toBeUndefined());
});
