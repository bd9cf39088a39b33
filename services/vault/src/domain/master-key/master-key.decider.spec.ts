import { describe, expect, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { masterKeys } from './master-key.decider.ts';
import {
  establishMasterKey,
  masterKeyActivated,
  masterKeyAdded,
  masterKeyId,
  parameters,
} from './master-key.examples.ts';
import type { MasterKeyEvent } from './master-key.messages.ts';

const given = specify(masterKeys.decider);

const after = (...events: readonly MasterKeyEvent[]) =>
  events.reduce(masterKeys.decider.evolve, masterKeys.decider.initialState);

describe('EstablishMasterKey', () => {
  it('adds the very first key and lets it write', () =>
    given().when(establishMasterKey).then(masterKeyAdded, masterKeyActivated));

  it('is ignored when there is one, so that two vaults that start at once agree', () =>
    given(masterKeyAdded, masterKeyActivated)
      .when({ ...establishMasterKey, data: { ...establishMasterKey.data, masterKeyId: 'another' } })
      .thenIgnored());

  it('is ignored when there is one that does not write', () =>
    given(masterKeyAdded).when(establishMasterKey).thenIgnored());
});

describe('the master keys', () => {
  it('are none at first', () => expect(after()).toEqual({ known: [], active: undefined }));

  it('do not write before they are activated', () =>
    expect(after(masterKeyAdded)).toEqual({ known: [{ masterKeyId, parameters }], active: undefined }));

  it('have one that writes', () =>
    expect(after(masterKeyAdded, masterKeyActivated).active).toEqual({ masterKeyId, parameters }));

  it('are not changed by the activation of an unknown one', () =>
    expect(after(masterKeyActivated)).toEqual({ known: [], active: undefined }));
});
