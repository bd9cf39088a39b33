import type { KnownMasterKey, MasterKeyEvent } from './master-key.messages.ts';

/** All master keys, so that it can be decided which single one writes. */
export interface MasterKeys {
  readonly known: readonly KnownMasterKey[];
  readonly active: KnownMasterKey | undefined;
}

export const initialState: MasterKeys = { known: [], active: undefined };

export const evolve = (state: MasterKeys, event: MasterKeyEvent): MasterKeys => {
  const { masterKeyId } = event.data;
  switch (event.type) {
    case 'MasterKeyAdded':
      return { ...state, known: [...state.known, { masterKeyId, parameters: event.data.parameters }] };
    case 'MasterKeyActivated':
      return { ...state, active: state.known.find((key) => key.masterKeyId === masterKeyId) ?? state.active };
  }
};
