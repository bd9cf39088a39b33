import { AppError } from '@keyledger/errors';
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { MasterKeySource } from '../../application/ports/master-key.port.ts';
import { localMasterKey } from './aes-gcm.master-key.ts';
import { expandMaterial, isCheck } from './expanded-material.ts';

const SALT_LENGTH = 32;
const MATERIAL_LENGTH = 32;
/** Reading or writing by everybody, writing by the group. A group may read: that is how Kubernetes mounts secrets. */
const TOO_OPEN = 0o027;

const BASE64 = /^[A-Za-z0-9+/]{43}=$/;
const HEX = /^[0-9A-Fa-f]{64}$/;

const sealed = (reason: string): AppError => new AppError('sealed', `The key file ${reason}`);

const decode = (text: string): Buffer => {
  if (BASE64.test(text)) return Buffer.from(text, 'base64');
  if (HEX.test(text)) return Buffer.from(text, 'hex');
  throw sealed(`does not hold ${MATERIAL_LENGTH} bytes in base64 or hexadecimal`);
};

/** Asked for the mode of the very file that is read, not of what its name stands for a moment later. */
const readMaterial = async (path: string): Promise<Buffer> => {
  const file = await open(path).catch((error: unknown) => {
    throw sealed(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`);
  });
  try {
    const { mode } = await file.stat();
    if ((mode & TOO_OPEN) !== 0)
      throw sealed(`may be read or written by others (mode ${(mode & 0o777).toString(8).padStart(4, '0')}): chmod 600`);
    return decode((await file.readFile('utf8')).trim());
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw sealed(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`);
  } finally {
    await file.close();
  }
};

/** Master keys derived from the content of a file, which is read anew at each attempt. */
export const keyFileMasterKeySource = (path: string): MasterKeySource => {
  const expand = async (masterKeyId: string, salt: string) => {
    const material = await readMaterial(path);
    try {
      return expandMaterial(material, masterKeyId, Buffer.from(salt, 'base64'));
    } finally {
      material.fill(0);
    }
  };

  return {
    name: 'key-file',

    create: async (masterKeyId) => {
      const salt = randomBytes(SALT_LENGTH).toString('base64');
      const { wrappingKey, check } = await expand(masterKeyId, salt);
      const shared = { source: 'key-file', derivation: 'HKDF-SHA256', salt } as const;
      return {
        parameters: { ...shared, check: check.toString('base64') },
        masterKey: localMasterKey(masterKeyId, wrappingKey),
      };
    },

    open: async ({ masterKeyId, parameters }) => {
      if (parameters.source !== 'key-file') throw sealed('is not where this master key comes from');
      const expanded = await expand(masterKeyId, parameters.salt);
      if (!isCheck(expanded, parameters.check)) throw sealed(`is not the one of the master key ${masterKeyId}`);
      return localMasterKey(masterKeyId, expanded.wrappingKey);
    },
  };
};
