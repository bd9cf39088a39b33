import type { ListMasterKeys, MasterKeyRotation, MasterKeyView } from '@keyledger/contracts-vault';
import type { ReplyOf } from '@keyledger/messaging';
import type { Reader } from '../../application/reader.ts';
import { builder } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';
import { encodeGlobalId } from '../global-id.ts';
import { isSource, masterKeySource, type MasterKeySource } from '../sources.ts';

const MasterKeyStatus = builder.enumType('MasterKeyStatus', {
  description: 'What a master key may do, after NIST SP 800-57.',
  values: enumValues<MasterKeyView['status']>({
    'pre-activation': 'It exists, and has wrapped nothing yet.',
    active: 'It wraps new data keys. At most one key is active.',
    suspended: 'It wraps and opens nothing until it is resumed or another one takes its place.',
    deactivated: 'It wraps nothing new, and opens what it wrapped.',
    compromised: 'Somebody else may know it: what it wraps is opened only until it has been wrapped anew.',
    destroyed: 'It wraps nothing and is never opened again.',
  }),
});

export const MasterKeyType = builder.objectRef<MasterKeySource>('MasterKey');

builder.node(MasterKeyType, {
  description: 'A key that wraps the data keys of secrets. Its bytes are no field of anything.',
  id: { resolve: ({ view }) => view.masterKeyId },
  isTypeOf: (value) => isSource('MasterKey', value),
  loadOne: async (masterKeyId, context) => {
    context.signedIn();
    const { masterKeys } = await context.reader.masterKeys();
    const view = masterKeys.find((key) => key.masterKeyId === masterKeyId);
    return view === undefined ? null : masterKeySource(view, context.reader);
  },
  fields: (t) => ({
    source: t.string({
      description: 'Where it comes from, for example `passphrase`.',
      resolve: ({ view }) => view.source,
    }),
    status: t.field({ type: MasterKeyStatus, description: 'What it may do.', resolve: ({ view }) => view.status }),
    addedAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: ({ view }) => view.addedAt }),
    wraps: t.int({
      description: 'How many data keys it wraps at this moment, counted in the key ring itself.',
      resolve: ({ view }) => view.wraps,
    }),
    uses: t.float({
      description: 'How often it has wrapped a data key, rounded up. At 2^31 it is rotated without being asked.',
      resolve: ({ view }) => view.uses,
    }),
  }),
});

const MasterKeyRotationType = builder.objectRef<MasterKeyRotation>('MasterKeyRotation').implement({
  description: 'How every data key comes to be wrapped by a new master key.',
  fields: (t) => ({
    rotationId: t.exposeID('rotationId', { description: 'Names the rotation, in the audit log too.' }),
    masterKeyId: t.id({
      description: 'Global id of the key that wraps everything at the end.',
      resolve: ({ masterKeyId }) => encodeGlobalId('MasterKey', masterKeyId),
    }),
    reason: t.exposeString('reason', {
      description: '`requested`, or `uses` when the former key had wrapped nearly as much as a key may.',
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it was begun.' }),
    rewrapped: t.exposeInt('rewrapped', { description: 'Data keys that are wrapped by the new key, told in steps.' }),
    remaining: t.exposeInt('remaining', { nullable: true, description: 'What is left; null before the first report.' }),
    unreadable: t.exposeInt('unreadable', {
      description: 'Data keys that no master key opens: what they encrypt has to be entered anew.',
    }),
    completedAt: t.expose('completedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was completed; null while it is running.',
    }),
  }),
});

export interface MasterKeysSource {
  readonly ring: ReplyOf<typeof ListMasterKeys>;
  readonly reader: Reader;
}

export const MasterKeysType = builder.objectRef<MasterKeysSource>('MasterKeys').implement({
  description: 'The master keys of the vault, and how far the latest rotation is.',
  fields: (t) => ({
    keys: t.field({
      type: [MasterKeyType],
      description: 'All of them, the oldest first, destroyed ones included.',
      resolve: ({ ring, reader }) => ring.masterKeys.map((view) => masterKeySource(view, reader)),
    }),
    rotation: t.field({
      type: MasterKeyRotationType,
      nullable: true,
      description: 'The latest rotation; null before the first.',
      resolve: ({ ring }) => ring.rotation,
    }),
  }),
});
