import { AppError } from '@keyledger/errors';
import type { MasterKey } from '../ports/master-key.port.ts';
import type { MasterKeyUses } from '../ports/master-key-uses.port.ts';

/** Uses are reserved in blocks, so that most of them cost nothing; a process that ends wastes at most one block. */
const BLOCK = 1_024;

/** NIST SP 800-38D, section 8.3: no more encryptions with one key under random nonces of 96 bits. */
export const MOST_USES = 2 ** 32;

/** A master key that counts what it wraps, and wraps nothing beyond `MOST_USES`. */
export const countedMasterKey = (masterKey: MasterKey, uses: MasterKeyUses): MasterKey => {
  let reserved = 0;
  let reserving: Promise<void> | undefined;

  const reserve = async (): Promise<void> => {
    const total = await uses.reserve(masterKey.id, BLOCK);
    if (total > MOST_USES) throw new AppError('sealed', 'The master key has wrapped as much as a key may: rotate it');
    reserved += BLOCK;
  };

  const takeOne = async (): Promise<void> => {
    while (reserved === 0) {
      reserving ??= reserve().finally(() => {
        reserving = undefined;
      });
      await reserving;
    }
    reserved -= 1;
  };

  return {
    id: masterKey.id,
    wrap: async (key, context) => {
      await takeOne();
      return masterKey.wrap(key, context);
    },
    unwrap: (wrapped, context) => masterKey.unwrap(wrapped, context),
  };
};
