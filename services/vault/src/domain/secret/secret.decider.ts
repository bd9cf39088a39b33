import { accept, type Decision, ignore, refuse, type StreamCategory } from '@keyledger/event-sourcing';
import { mayReveal } from '../policies/reveal.policy.ts';
import {
  type Denial,
  type RevealSecret,
  type SealSecret,
  secretCodec,
  type SecretCommand,
  type SecretEvent,
  type SecretRefusal,
} from './secret.messages.ts';
import { evolve, type GrantUse, initialState, type Secret, versionOf } from './secret.state.ts';

type SecretDecision = Decision<SecretEvent, SecretRefusal>;

const sealSecret = ({ data: { now, ...sealed } }: SealSecret, state: Secret): SecretDecision => {
  const latest = state.status === 'sealed' ? state.versions.length : 0;
  if (sealed.version <= latest) return ignore('this version is sealed already');
  if (sealed.version !== latest + 1) return refuse('version-not-next');
  if (state.status === 'sealed' && state.owner !== sealed.owner) return refuse('owner-differs');
  return accept({ type: 'SecretSealed', data: { ...sealed, sealedAt: now } });
};

const deny = ({ data }: RevealSecret, reason: Denial): SecretDecision =>
  accept({
    type: 'RevealDenied',
    data: {
      secretId: data.secretId,
      attemptId: data.attemptId,
      grantId: data.grantId,
      purpose: data.purpose,
      reason,
      deniedAt: data.now,
    },
  });

/** A repetition hands out nothing that the record does not tell of: only this recipient can open what it is answered. */
const isSameReveal = (use: GrantUse | undefined, { version, recipient }: GrantUse): boolean =>
  use !== undefined && use.version === version && use.recipient === recipient;

const revealSecret = (command: RevealSecret, state: Secret): SecretDecision => {
  const { caller, now, ...attempt } = command.data;
  const isPermitted = mayReveal(caller, attempt.purpose);
  if (state.status === 'absent') return refuse(isPermitted ? 'secret-not-found' : 'not-permitted');
  if (isPermitted && isSameReveal(state.usedGrants.get(attempt.grantId), attempt))
    return ignore('this reveal is recorded: the same key for the same recipient');
  const earlier = state.attempts.get(attempt.attemptId);
  if (earlier !== undefined) return refuse(earlier === 'revealed' ? 'grant-used' : earlier);
  if (!isPermitted) return deny(command, 'not-permitted');
  if (versionOf(state, attempt.version) === undefined) return refuse('secret-not-found');
  if (state.usedGrants.has(attempt.grantId)) return deny(command, 'grant-used');
  return accept({ type: 'SecretRevealed', data: { ...attempt, revealedAt: now } });
};

const decide = (command: SecretCommand, state: Secret): SecretDecision => {
  switch (command.type) {
    case 'SealSecret':
      return sealSecret(command, state);
    case 'RevealSecret':
      return revealSecret(command, state);
  }
};

/** One stream per secret. The key of a lease is the secret of the same id; its generations are the versions. */
export const secret: StreamCategory<Secret, SecretCommand, SecretEvent, SecretRefusal> = {
  category: 'secret',
  decider: { initialState, evolve, decide },
  codec: secretCodec,
};
