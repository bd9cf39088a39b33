import {
  MasterKeyRotationCompleted,
  MasterKeyRotationProgressed,
  MasterKeyRotationStarted,
  MasterKeyStatusChanged,
} from '@keyledger/contracts-vault';
import type { EventPublication } from '@keyledger/messaging';
import type { MasterKeyEvent } from '../domain/master-key/master-key.messages.ts';
import type { MasterKeyStatus } from '../domain/master-key/master-key.state.ts';

type Published = ReturnType<EventPublication>;

const changed = (masterKeyId: string, status: MasterKeyStatus): Published => ({
  definition: MasterKeyStatusChanged,
  data: { masterKeyId, status },
});

/** Which key writes and how far a rotation is; neither where a key comes from nor why somebody stopped it. */
export const ofMasterKey = ({ type, data }: MasterKeyEvent): Published => {
  const { masterKeyId } = data;
  switch (type) {
    case 'MasterKeyAdded':
      return undefined;
    case 'MasterKeyActivated':
    case 'MasterKeyResumed':
      return changed(masterKeyId, 'active');
    case 'MasterKeyDeactivated':
      return changed(masterKeyId, 'deactivated');
    case 'MasterKeySuspended':
      return changed(masterKeyId, 'suspended');
    case 'MasterKeyCompromised':
      return changed(masterKeyId, 'compromised');
    case 'MasterKeyDestroyed':
      return changed(masterKeyId, 'destroyed');
    case 'MasterKeyRotationStarted': {
      const { rotationId, reason } = data;
      return { definition: MasterKeyRotationStarted, data: { rotationId, masterKeyId, reason } };
    }
    case 'MasterKeyRotationProgressed': {
      const { rotationId, rewrapped, remaining } = data;
      return { definition: MasterKeyRotationProgressed, data: { rotationId, masterKeyId, rewrapped, remaining } };
    }
    case 'MasterKeyRotationCompleted': {
      const { rotationId, rewrapped, unreadable } = data;
      return { definition: MasterKeyRotationCompleted, data: { rotationId, masterKeyId, rewrapped, unreadable } };
    }
  }
};
