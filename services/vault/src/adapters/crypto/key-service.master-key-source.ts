import { AppError } from '@keyledger/errors';
import { randomBytes } from 'node:crypto';
import type { KeyServiceParameters } from '../../domain/master-key/master-key.parameters.ts';
import type { KeyService } from '../../application/ports/key-service.port.ts';
import type { MasterKey, MasterKeySource } from '../../application/ports/master-key.port.ts';
import { localMasterKey } from './aes-gcm.master-key.ts';
import { expandMaterial, isCheck } from './expanded-material.ts';

const ROOT_KEY_LENGTH = 32;

/**
 * Master keys from a random root key each, which a key service encrypts. It is asked once for each master key that a process
 * opens; data keys are wrapped here.
 */
export const keyServiceMasterKeySource = (service: KeyService): MasterKeySource => {
  const open = async (masterKeyId: string, parameters: KeyServiceParameters): Promise<MasterKey> => {
    const rootKey = await service.decrypt(parameters, masterKeyId);
    try {
      const expanded = expandMaterial(rootKey, masterKeyId);
      if (rootKey.length !== ROOT_KEY_LENGTH || !isCheck(expanded, parameters.check))
        throw new AppError('sealed', `What ${service.name} decrypted is not the master key ${masterKeyId}`);
      return localMasterKey(masterKeyId, expanded.wrappingKey);
    } finally {
      rootKey.fill(0);
    }
  };

  const wrapNew = async (masterKeyId: string): Promise<KeyServiceParameters> => {
    const rootKey = randomBytes(ROOT_KEY_LENGTH);
    try {
      const { check } = expandMaterial(rootKey, masterKeyId);
      const wrapped = await service.encrypt(rootKey, masterKeyId);
      return { source: service.name, derivation: 'HKDF-SHA256', ...wrapped, check: check.toString('base64') };
    } finally {
      rootKey.fill(0);
    }
  };

  return {
    name: service.name,

    // Opened by the service before it is used: a vault that may encrypt and not decrypt would not come up again.
    create: async (masterKeyId) => {
      const parameters = await wrapNew(masterKeyId);
      return { parameters, masterKey: await open(masterKeyId, parameters) };
    },

    open: async ({ masterKeyId, parameters }) => {
      if (parameters.source !== service.name)
        throw new AppError('sealed', `The master key ${masterKeyId} is not from ${service.name}`);
      return open(masterKeyId, parameters);
    },
  };
};
