import type { Denial, Envelope, SecretEvent } from './secret.messages.ts';

export interface SealedVersion {
  readonly envelope: Envelope;
  readonly mask: string;
  readonly fingerprint: string;
}

/** Which version went to which recipient. */
export interface GrantUse {
  readonly version: number;
  readonly recipient: string;
}

export type Secret =
  | Readonly<{ status: 'absent' }>
  | Readonly<{
      status: 'sealed';
      owner: string;
      /** In order; version 1 first. */
      versions: readonly SealedVersion[];
      /** By id: what each grant was used for. */
      usedGrants: ReadonlyMap<string, GrantUse>;
      /** What became of each attempt to reveal, by the id of the message. */
      attempts: ReadonlyMap<string, 'revealed' | Denial>;
    }>;

export const initialState: Secret = { status: 'absent' };

export const versionOf = (secret: Secret, version: number): SealedVersion | undefined =>
  secret.status === 'sealed' ? secret.versions[version - 1] : undefined;

export const evolve = (state: Secret, event: SecretEvent): Secret => {
  if (event.type === 'SecretSealed') {
    const { owner, envelope, mask, fingerprint } = event.data;
    const sealed = { envelope, mask, fingerprint };
    return state.status === 'absent'
      ? { status: 'sealed', owner, versions: [sealed], usedGrants: new Map(), attempts: new Map() }
      : { ...state, versions: [...state.versions, sealed] };
  }
  if (state.status === 'absent') return state;
  switch (event.type) {
    case 'SecretRevealed': {
      const { grantId, attemptId, version, recipient } = event.data;
      return {
        ...state,
        usedGrants: new Map([...state.usedGrants, [grantId, { version, recipient }]]),
        attempts: new Map([...state.attempts, [attemptId, 'revealed']]),
      };
    }
    case 'RevealDenied':
      return { ...state, attempts: new Map([...state.attempts, [event.data.attemptId, event.data.reason]]) };
  }
};
