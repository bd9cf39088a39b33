import type { Denial, Envelope, SecretEvent } from './secret.messages.ts';

export interface SealedVersion {
  readonly envelope: Envelope;
  readonly mask: string;
  readonly fingerprint: string;
}

export type Secret =
  | Readonly<{ status: 'absent' }>
  | Readonly<{
      status: 'sealed';
      owner: string;
      /** In order; version 1 first. */
      versions: readonly SealedVersion[];
      usedGrants: ReadonlySet<string>;
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
      ? { status: 'sealed', owner, versions: [sealed], usedGrants: new Set(), attempts: new Map() }
      : { ...state, versions: [...state.versions, sealed] };
  }
  if (state.status === 'absent') return state;
  switch (event.type) {
    case 'SecretRevealed':
      return {
        ...state,
        usedGrants: new Set([...state.usedGrants, event.data.grantId]),
        attempts: new Map([...state.attempts, [event.data.attemptId, 'revealed']]),
      };
    case 'RevealDenied':
      return { ...state, attempts: new Map([...state.attempts, [event.data.attemptId, event.data.reason]]) };
  }
};
