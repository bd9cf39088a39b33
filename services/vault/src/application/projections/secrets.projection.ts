import type { SecretView } from '@keyledger/contracts-vault';
import { categoryOf, type Projection } from '@keyledger/event-sourcing';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import { secretCodec, type SecretEvent } from '../../domain/secret/secret.messages.ts';
import { submissionKeys } from '../../domain/submission-key/submission-key.decider.ts';
import { submissionKeyCodec, type SubmissionKeyEvent } from '../../domain/submission-key/submission-key.messages.ts';
import type { KeyShredder } from '../ports/key-ring.port.ts';
import type { SecretTable } from '../ports/secret-table.port.ts';

type DataOf<Type extends SecretEvent['type']> = Extract<SecretEvent, { type: Type }>['data'];
type Version = SecretView['versions'][number];

/** Lets another version count; mask, fingerprint, connection and need of re-entry are that version's. */
const switchedTo = (
  { unreadableSince: _earlier, connection: _former, ...view }: SecretView,
  number: number,
  at: string,
): SecretView => {
  const versions = view.versions.map(({ supersededAt, ...version }): Version => {
    if (version.version === number) return version;
    return { ...version, supersededAt: supersededAt ?? at };
  });
  const counting: Partial<Version> = versions[number - 1] ?? {};
  const { mask = view.mask, fingerprint = view.fingerprint, unreadableSince, connection } = counting;
  const mark = unreadableSince === undefined ? {} : { unreadableSince };
  const belongs = connection === undefined ? {} : { connection };
  return { ...view, version: number, mask, fingerprint, ...belongs, ...mark, versions, updatedAt: at };
};

const sealed = (view: SecretView | undefined, data: DataOf<'SecretSealed'>): SecretView => {
  const { secretId, owner, origin = 'issued', label, connection, version, mask, fingerprint, sealedAt } = data;
  const belongs = connection === undefined ? {} : { connection };
  const added: Version = { version, mask, fingerprint, ...belongs, sealedAt };
  if (view !== undefined) return switchedTo({ ...view, versions: [...view.versions, added] }, version, sealedAt);
  const named = label === undefined ? {} : { label };
  const times = { createdAt: sealedAt, updatedAt: sealedAt };
  return {
    secretId,
    owner,
    ...named,
    origin,
    status: 'sealed',
    version,
    mask,
    fingerprint,
    ...belongs,
    versions: [added],
    ...times,
  };
};

/** What is shredded as a whole needs no re-entry any more. */
const shredded = (
  { unreadableSince, ...view }: SecretView,
  { versions, isWhole, shreddedAt }: DataOf<'SecretShredded'>,
): SecretView => ({
  ...view,
  ...(isWhole || unreadableSince === undefined ? {} : { unreadableSince }),
  status: isWhole ? 'shredded' : view.status,
  versions: view.versions.map((version) => (versions.includes(version.version) ? { ...version, shreddedAt } : version)),
  updatedAt: shreddedAt,
});

const withReadability = (
  { unreadableSince: mark, ...view }: SecretView,
  { version, foundAt }: DataOf<'SecretFoundUnreadable'>,
  isReadable: boolean,
): SecretView => {
  const found = isReadable ? {} : { unreadableSince: foundAt };
  const shown = version === view.version ? found : mark === undefined ? {} : { unreadableSince: mark };
  const versions = view.versions.map(({ unreadableSince, ...each }): Version => {
    if (each.version === version) return { ...each, ...found };
    return unreadableSince === undefined ? each : { ...each, unreadableSince };
  });
  return { ...view, ...shown, versions, updatedAt: foundAt };
};

const withGrants = (view: SecretView, grants: NonNullable<SecretView['checkoutGrants']>, at: string): SecretView => {
  const { checkoutGrants: _former, ...rest } = view;
  return { ...rest, ...(grants.length === 0 ? {} : { checkoutGrants: grants }), updatedAt: at };
};

/** What one event does to the secret as lists show it; `undefined` while there is none. */
export const viewAfter = (view: SecretView | undefined, { type, data }: SecretEvent): SecretView | undefined => {
  if (type === 'SecretSealed') return sealed(view, data);
  if (view === undefined) return undefined;
  switch (type) {
    case 'SecretRelabelled':
      return { ...view, label: data.label, updatedAt: data.relabelledAt };
    case 'SecretVersionRestored':
      return switchedTo(view, data.version, data.restoredAt);
    case 'SecretShredded':
      return shredded(view, data);
    case 'SecretFoundUnreadable':
      return withReadability(view, data, false);
    case 'SecretFoundReadable':
      return withReadability(view, data, true);
    case 'CheckoutGranted': {
      const { serviceTokenId, grantedAt } = data;
      return withGrants(view, [...(view.checkoutGrants ?? []), { serviceTokenId, grantedAt }], grantedAt);
    }
    case 'CheckoutGrantRevoked': {
      const left = (view.checkoutGrants ?? []).filter(({ serviceTokenId }) => serviceTokenId !== data.serviceTokenId);
      return withGrants(view, left, data.revokedAt);
    }
    case 'SecretTested': {
      const { secretId: _secretId, ...lastTest } = data;
      return { ...view, lastTest };
    }
    case 'SecretRevealed':
      return data.purpose === 'connection-test' ? { ...view, triedAt: data.revealedAt } : view;
    case 'RevealDenied':
      return view;
  }
};

/** Most events of a secret are reveals, which lists do not show: nothing is read for them. */
const isShown = ({ type, data }: SecretEvent): boolean => {
  if (type === 'SecretRevealed') return data.purpose === 'connection-test';
  return type !== 'RevealDenied';
};

export const secretsProjection = <Tx>(table: SecretTable<Tx>): Projection<Tx> => ({
  name: 'secrets',
  filter: { categories: [secrets.category] },
  apply: async (recorded, tx) => {
    const event = secretCodec.decode(recorded);
    if (!isShown(event)) return;
    const before = await table.find(event.data.secretId, tx);
    const after = viewAfter(before, event);
    if (after !== undefined && after !== before) await table.put(after, tx);
  },
  reset: (tx) => table.clear(tx),
});

/** No others are sent here, so that a reveal costs this projection nothing. */
const ENDS: readonly (SecretEvent | SubmissionKeyEvent)['type'][] = ['SecretShredded', 'SubmissionKeyDestroyed'];

/**
 * Deletes the data keys of what was shredded, submission keys included. Whoever answers the command deletes them as well; this makes sure of it when
 * that process died between the event and the deletion, and after a backup was restored. Has no rows of its own.
 */
export const shreddingProjection = <Tx>(keys: KeyShredder<Tx>): Projection<Tx> => ({
  name: 'shredding',
  filter: { categories: [secrets.category, submissionKeys.category], types: ENDS },
  apply: async (recorded, tx) => {
    if (categoryOf(recorded.stream) === submissionKeys.category) {
      const event = submissionKeyCodec.decode(recorded);
      if (event.type === 'SubmissionKeyDestroyed') await keys.shred([event.data.dataKeyId], tx);
      return;
    }
    const event = secretCodec.decode(recorded);
    if (event.type === 'SecretShredded') await keys.shred(event.data.dataKeyIds, tx);
  },
  reset: () => Promise.resolve(),
});
