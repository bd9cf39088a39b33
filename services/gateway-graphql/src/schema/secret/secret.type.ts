import type { SecretView } from '@keyledger/contracts-vault';
import { builder } from '../../builder.ts';
import { ConnectionTestType } from '../connection-test/connection-test.type.ts';
import { ConnectionType } from '../connection-test/connection.type.ts';
import { enumValues } from '../enum-values.ts';
import { isSource, secretSource, type SecretSource } from '../sources.ts';

const SecretStatus = builder.enumType('SecretStatus', {
  description: 'Whether a secret can still be opened.',
  values: enumValues<SecretView['status']>({
    sealed: 'It lies sealed in the vault.',
    shredded: 'Its data keys are destroyed; nothing can bring it back.',
  }),
});

const SecretOrigin = builder.enumType('SecretOrigin', {
  description: 'Where a secret comes from.',
  values: enumValues<SecretView['origin']>({
    issued: 'The vault chose it: the key of a lease.',
    submitted: 'Somebody handed it in.',
  }),
});

type Version = SecretView['versions'][number];

const maskDescription = 'First and last four characters, to recognise it; `****` for a short one.';
const fingerprintDescription = 'Keyed digest: equal for equal values, of no use to whoever wants to guess one.';

const SecretVersionType = builder.objectRef<Version>('SecretVersion').implement({
  description: 'A value that a secret has or had. The value itself is no field.',
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'Counted from 1.' }),
    mask: t.exposeString('mask', { description: maskDescription }),
    fingerprint: t.exposeString('fingerprint', { description: fingerprintDescription }),
    sealedAt: t.expose('sealedAt', { type: 'DateTime', description: 'When it was handed in.' }),
    supersededAt: t.expose('supersededAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when another version counts; null for the one that counts now.',
    }),
    shreddedAt: t.expose('shreddedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it can never be opened again.',
    }),
    unreadableSince: t.expose('unreadableSince', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is known that it does not open any more; null when nothing is known against it.',
    }),
  }),
});

type Grant = NonNullable<SecretView['checkoutGrants']>[number];

const CheckoutGrantType = builder.objectRef<Grant>('CheckoutGrant').implement({
  description: 'An application that may have a secret revealed.',
  fields: (t) => ({
    serviceTokenId: t.exposeID('serviceTokenId', { description: 'The token by which it signs in.' }),
    grantedAt: t.expose('grantedAt', { type: 'DateTime', description: 'Since when it may.' }),
  }),
});

/** What a provider said last, and of which version. */
const LastTestType = builder.objectRef<NonNullable<SecretView['lastTest']>>('LastConnectionTest').implement({
  description: 'What the provider said last. Kept until it says something else.',
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'Of which version.' }),
    test: t.field({
      type: ConnectionTestType,
      description: 'What it said, for the first time.',
      resolve: (last) => last,
    }),
  }),
});

export const SecretType = builder.objectRef<SecretSource>('Secret');

builder.node(SecretType, {
  description: 'A value that the vault keeps. Write-only: what it is, is no field of anything but a reveal.',
  id: { resolve: ({ view }) => view.secretId },
  isTypeOf: (value) => isSource('Secret', value),
  loadOne: async (secretId, context) => {
    context.signedIn();
    const view = await context.reader.secret(secretId);
    return view === null ? null : secretSource(view, context.reader);
  },
  fields: (t) => ({
    owner: t.string({
      description: 'Whose it is: a login or an address, or `system`.',
      resolve: ({ view }) => view.owner,
    }),
    label: t.string({
      nullable: true,
      description: 'What people call it; null for the key of a lease.',
      resolve: ({ view }) => view.label,
    }),
    origin: t.field({ type: SecretOrigin, description: 'Where it comes from.', resolve: ({ view }) => view.origin }),
    status: t.field({
      type: SecretStatus,
      description: 'Whether it can still be opened.',
      resolve: ({ view }) => view.status,
    }),
    version: t.int({ description: 'Number of the version that counts.', resolve: ({ view }) => view.version }),
    mask: t.string({ description: maskDescription, resolve: ({ view }) => view.mask }),
    fingerprint: t.string({ description: fingerprintDescription, resolve: ({ view }) => view.fingerprint }),
    needsReentry: t.boolean({
      description:
        'True when the value that counts does not open any more: replace it, with the same value or another.',
      resolve: ({ view }) => view.unreadableSince !== undefined,
    }),
    versions: t.field({
      type: [SecretVersionType],
      description: 'All versions, in order. Earlier ones can be restored until they are shredded.',
      resolve: ({ view }) => [...view.versions],
    }),
    checkoutGrants: t.field({
      type: [CheckoutGrantType],
      description: 'The applications that may check it out.',
      resolve: ({ view }) => [...(view.checkoutGrants ?? [])],
    }),
    connection: t.field({
      type: ConnectionType,
      nullable: true,
      description: 'Where its value belongs; null: nobody said so, and it cannot be tested.',
      resolve: ({ view }) => view.connection,
    }),
    lastTest: t.field({
      type: LastTestType,
      nullable: true,
      description: 'What the provider said last; null: it was never tested.',
      resolve: ({ view }) => view.lastTest,
    }),
    lastTriedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last opened for a test, which may have found the same as the one before.',
      resolve: ({ view }) => view.triedAt,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the first version was sealed.',
      resolve: ({ view }) => view.createdAt,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When it was last changed.',
      resolve: ({ view }) => view.updatedAt,
    }),
  }),
});
