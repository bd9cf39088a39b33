import { accept, type Decision, ignore, type StreamCategory } from '@keyledger/event-sourcing';
import { type EstablishMasterKey, masterKeyCodec, type MasterKeyEvent } from './master-key.messages.ts';
import { evolve, initialState, type MasterKeys } from './master-key.state.ts';

const decide = (
  { data: { masterKeyId, parameters, now } }: EstablishMasterKey,
  state: MasterKeys,
): Decision<MasterKeyEvent, never> => {
  if (state.known.length > 0) return ignore('there is a master key already');
  return accept<MasterKeyEvent>(
    { type: 'MasterKeyAdded', data: { masterKeyId, parameters, addedAt: now } },
    { type: 'MasterKeyActivated', data: { masterKeyId, activatedAt: now } },
  );
};

/** One stream for all master keys: which of them writes is one decision. */
export const MASTER_KEYS = 'all';

export const masterKeys: StreamCategory<MasterKeys, EstablishMasterKey, MasterKeyEvent, never> = {
  category: 'masterKey',
  decider: { initialState, evolve, decide },
  codec: masterKeyCodec,
};
