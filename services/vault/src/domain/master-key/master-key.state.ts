import type { MasterKeyEvent, RotationReason } from './master-key.messages.ts';
import type { KnownMasterKey } from './master-key.parameters.ts';

/** The states of a key of NIST SP 800-57 part 1, section 7. */
export type MasterKeyStatus = 'pre-activation' | 'active' | 'suspended' | 'deactivated' | 'compromised' | 'destroyed';

export interface MasterKeyRecord extends KnownMasterKey {
  readonly status: MasterKeyStatus;
  readonly addedAt: string;
}

export interface Rotation {
  readonly rotationId: string;
  /** The key that wraps everything at the end. */
  readonly masterKeyId: string;
  readonly reason: RotationReason;
  readonly startedAt: string;
  readonly rewrapped: number;
  /** Not known before the first report. */
  readonly remaining: number | undefined;
  readonly unreadable: number;
  readonly completedAt: string | undefined;
}

/** All master keys, so that it can be decided which single one writes. */
export interface MasterKeys {
  readonly known: readonly MasterKeyRecord[];
  /** The one key that writes; none before the first, and while it is suspended or compromised. */
  readonly active: MasterKeyRecord | undefined;
  /** The latest one. */
  readonly rotation: Rotation | undefined;
}

export const initialState: MasterKeys = { known: [], active: undefined, rotation: undefined };

export const findMasterKey = ({ known }: MasterKeys, masterKeyId: string): MasterKeyRecord | undefined =>
  known.find((key) => key.masterKeyId === masterKeyId);

export const isRotating = ({ rotation }: MasterKeys): boolean =>
  rotation !== undefined && rotation.completedAt === undefined;

const withStatus = (state: MasterKeys, masterKeyId: string, status: MasterKeyStatus): MasterKeys => {
  const known = state.known.map((key) => (key.masterKeyId === masterKeyId ? { ...key, status } : key));
  return { ...state, known, active: known.find((key) => key.status === 'active') };
};

const withRotation = (state: MasterKeys, rotationId: string, changed: Partial<Rotation>): MasterKeys =>
  state.rotation?.rotationId === rotationId ? { ...state, rotation: { ...state.rotation, ...changed } } : state;

export const evolve = (state: MasterKeys, event: MasterKeyEvent): MasterKeys => {
  const { masterKeyId } = event.data;
  switch (event.type) {
    case 'MasterKeyAdded': {
      const { parameters, addedAt } = event.data;
      return { ...state, known: [...state.known, { masterKeyId, parameters, addedAt, status: 'pre-activation' }] };
    }
    case 'MasterKeyActivated':
    case 'MasterKeyResumed':
      return withStatus(state, masterKeyId, 'active');
    case 'MasterKeyDeactivated':
      return withStatus(state, masterKeyId, 'deactivated');
    case 'MasterKeySuspended':
      return withStatus(state, masterKeyId, 'suspended');
    case 'MasterKeyCompromised':
      return withStatus(state, masterKeyId, 'compromised');
    case 'MasterKeyDestroyed':
      return withStatus(state, masterKeyId, 'destroyed');
    case 'MasterKeyRotationStarted': {
      const { rotationId, reason, startedAt } = event.data;
      const begun = { rotationId, masterKeyId, reason, startedAt, rewrapped: 0, unreadable: 0 };
      return { ...state, rotation: { ...begun, remaining: undefined, completedAt: undefined } };
    }
    case 'MasterKeyRotationProgressed': {
      const { rotationId, rewrapped, remaining } = event.data;
      return withRotation(state, rotationId, { rewrapped, remaining });
    }
    case 'MasterKeyRotationCompleted': {
      const { rotationId, rewrapped, unreadable, completedAt } = event.data;
      return withRotation(state, rotationId, { rewrapped, unreadable, remaining: 0, completedAt });
    }
  }
};
