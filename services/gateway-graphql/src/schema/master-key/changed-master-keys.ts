import { builder } from '../../builder.ts';
import type { GatewayContext } from '../../context.ts';
import { InvalidInput } from '../../errors/invalid-input.ts';
import { refusalClasses } from '../../errors/refusals.ts';
import { type MasterKeysSource, MasterKeysType } from './master-key.type.ts';

interface ChangedMasterKeys {
  readonly masterKeys: MasterKeysSource;
}

export const changedMasterKeysType = (name: string, description: string) =>
  builder.objectRef<ChangedMasterKeys>(name).implement({
    description,
    fields: (t) => ({
      masterKeys: t.expose('masterKeys', { type: MasterKeysType, description: 'All master keys as they are now.' }),
    }),
  });

/** Reads anew: what was read before the change is no longer so. */
export const changedMasterKeys = async (context: GatewayContext): Promise<ChangedMasterKeys> => {
  const reader = context.readAs(context.signedIn());
  return { masterKeys: { ring: await reader.masterKeys(), reader } };
};

/** What everybody can meet who changes one master key. */
export const masterKeyErrors = [
  InvalidInput,
  refusalClasses['master-key-not-found'],
  refusalClasses['transition-not-allowed'],
  refusalClasses['rotation-running'],
];

export const masterKeyIdDescription = 'Global id or UUID of the master key.';
