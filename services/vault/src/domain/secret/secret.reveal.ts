import { accept, type Decision, ignore, refuse } from '@keyledger/event-sourcing';
import { denialOf } from '../policies/reveal.policy.ts';
import type { Denial, RevealSecret, SecretEvent, SecretRefusal } from './secret.messages.ts';
import { type GrantUse, type Secret, versionOf } from './secret.state.ts';

type SecretDecision = Decision<SecretEvent, SecretRefusal>;

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

export const revealSecret = (command: RevealSecret, state: Secret): SecretDecision => {
  const { caller: _caller, isHeldForOwner: _isHeld, now, ...attempt } = command.data;
  if (state.status === 'absent') return refuse(denialOf(command.data) ?? 'secret-not-found');
  const denial = denialOf(command.data, state);
  const version = versionOf(state, attempt.version);
  const isOpenable = version !== undefined && !version.isShredded;
  if (denial === undefined && isOpenable && isSameReveal(state.usedGrants.get(attempt.grantId), attempt))
    return ignore('this reveal is recorded: the same key for the same recipient');
  const earlier = state.attempts.get(attempt.attemptId);
  if (earlier !== undefined) return refuse(earlier === 'revealed' ? 'grant-used' : earlier);
  if (denial !== undefined) return deny(command, denial);
  if (version === undefined) return refuse('secret-not-found');
  if (version.isShredded) return refuse('secret-shredded');
  if (state.usedGrants.has(attempt.grantId)) return deny(command, 'grant-used');
  return accept({ type: 'SecretRevealed', data: { ...attempt, revealedAt: now } });
};
