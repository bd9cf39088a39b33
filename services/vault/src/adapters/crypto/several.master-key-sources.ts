import { AppError } from '@keyledger/errors';
import type { MasterKeySource } from '../../application/ports/master-key.port.ts';

/** Several sources as one: the one named `writes` makes new keys, and each opens what it made. */
export const severalMasterKeySources = (
  writes: MasterKeySource['name'],
  sources: readonly MasterKeySource[],
): MasterKeySource => {
  const sourceOf = (name: MasterKeySource['name']): MasterKeySource => {
    const source = sources.find((each) => each.name === name);
    if (source === undefined)
      throw new AppError('sealed', `A master key is from the source ${name}, which is not configured`);
    return source;
  };
  return {
    name: writes,
    create: async (masterKeyId) => sourceOf(writes).create(masterKeyId),
    open: async (known) => sourceOf(known.parameters.source).open(known),
  };
};
