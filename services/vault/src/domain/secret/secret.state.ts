import { GrowingMap } from '@keyledger/event-sourcing';
import type { Connection } from '../providers/connection.ts';
import type { Denial, Envelope, SecretEvent } from './secret.messages.ts';

type DataOf<Type extends SecretEvent['type']> = Extract<SecretEvent, { type: Type }>['data'];

export interface SealedVersion {
  readonly envelope: Envelope;
  readonly mask: string;
  readonly fingerprint: string;
  /** Where the value belongs, if that was said when it was handed in. */
  readonly connection: Connection | undefined;
  /** Since when another version counts; absent while this one does. */
  readonly supersededAt?: string;
  readonly isShredded: boolean;
  /** Somebody tried to open it in vain. */
  readonly isUnreadable: boolean;
}

/** Which version went to which recipient. */
export interface GrantUse {
  readonly version: number;
  readonly recipient: string;
}

export interface KeptSecret {
  readonly status: 'sealed';
  readonly owner: string;
  /** The key of a lease is chosen by the vault; everything else was handed in. */
  readonly origin: 'issued' | 'submitted';
  readonly label: string | undefined;
  /** In order; version 1 first. */
  readonly versions: readonly SealedVersion[];
  /** Number of the version that counts. */
  readonly current: number;
  /** Nothing of it opens any more. */
  readonly isShredded: boolean;
  /** Ids of the service tokens of applications that may check it out. */
  readonly checkoutGrants: ReadonlySet<string>;
  /** What its provider said last. */
  readonly lastTest: DataOf<'SecretTested'> | undefined;
  /** When it was last opened for a test. */
  readonly triedAt: string | undefined;
  /** By id: what each grant was used for. */
  readonly usedGrants: GrowingMap<string, GrantUse>;
  /** What became of each attempt to reveal, by the id of the message. */
  readonly attempts: GrowingMap<string, 'revealed' | Denial>;
}

export type Secret = Readonly<{ status: 'absent' }> | KeptSecret;

export const initialState: Secret = { status: 'absent' };

export const versionOf = (secret: Secret, version: number): SealedVersion | undefined =>
  secret.status === 'sealed' ? secret.versions[version - 1] : undefined;

/** Lets another version count from `at` on. */
const switchedTo = (secret: KeptSecret, current: number, at: string): KeptSecret => ({
  ...secret,
  current,
  versions: secret.versions.map(({ supersededAt, ...version }, index) => {
    if (index === current - 1) return version;
    return { ...version, supersededAt: supersededAt ?? at };
  }),
});

const sealed = (state: Secret, data: DataOf<'SecretSealed'>): Secret => {
  const { owner, envelope, mask, fingerprint, origin = 'issued', label, connection, sealedAt } = data;
  const version: SealedVersion = { envelope, mask, fingerprint, connection, isShredded: false, isUnreadable: false };
  if (state.status === 'sealed') {
    const versions = [...state.versions, version];
    return switchedTo({ ...state, versions }, versions.length, sealedAt);
  }
  const fresh = { current: 1, isShredded: false, checkoutGrants: new Set<string>() };
  const untested = { lastTest: undefined, triedAt: undefined };
  const reveals = {
    usedGrants: GrowingMap.empty<string, GrantUse>(),
    attempts: GrowingMap.empty<string, 'revealed' | Denial>(),
  };
  return { status: 'sealed', owner, origin, label, versions: [version], ...fresh, ...untested, ...reveals };
};

const shredded = (state: KeptSecret, { versions, isWhole }: DataOf<'SecretShredded'>): KeptSecret => ({
  ...state,
  isShredded: state.isShredded || isWhole,
  versions: state.versions.map((version, index) =>
    versions.includes(index + 1) ? { ...version, isShredded: true } : version,
  ),
});

const withReadability = (state: KeptSecret, version: number, isUnreadable: boolean): KeptSecret => ({
  ...state,
  versions: state.versions.map((each, index) => (index === version - 1 ? { ...each, isUnreadable } : each)),
});

export const evolve = (state: Secret, event: SecretEvent): Secret => {
  if (event.type === 'SecretSealed') return sealed(state, event.data);
  if (state.status === 'absent') return state;
  switch (event.type) {
    case 'SecretRelabelled':
      return { ...state, label: event.data.label };
    case 'SecretVersionRestored':
      return switchedTo(state, event.data.version, event.data.restoredAt);
    case 'SecretShredded':
      return shredded(state, event.data);
    case 'SecretFoundUnreadable':
      return withReadability(state, event.data.version, true);
    case 'SecretFoundReadable':
      return withReadability(state, event.data.version, false);
    case 'CheckoutGranted':
      return { ...state, checkoutGrants: new Set([...state.checkoutGrants, event.data.serviceTokenId]) };
    case 'CheckoutGrantRevoked': {
      const { serviceTokenId } = event.data;
      return { ...state, checkoutGrants: new Set([...state.checkoutGrants].filter((id) => id !== serviceTokenId)) };
    }
    case 'SecretRevealed': {
      const { grantId, attemptId, version, recipient, purpose, revealedAt } = event.data;
      return {
        ...state,
        triedAt: purpose === 'connection-test' ? revealedAt : state.triedAt,
        usedGrants: state.usedGrants.with(grantId, { version, recipient }),
        attempts: state.attempts.with(attemptId, 'revealed'),
      };
    }
    case 'SecretTested':
      return { ...state, lastTest: event.data };
    case 'RevealDenied':
      return { ...state, attempts: state.attempts.with(event.data.attemptId, event.data.reason) };
  }
};
