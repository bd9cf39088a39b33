import { ReplaceSecret, SealSecret } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { deriveId, loadStream } from '@keyledger/event-sourcing';
import { type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import { mayManage } from '../../domain/policies/custody.policy.ts';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import { newSecrets } from './new-secret.ts';
import { replyWith, secretChange, type SecretChangeDeps } from './secret-change.ts';
import { refusedWith } from './secret-refusals.ts';
import { sealSubmission, type SubmittedSecretDeps } from './submitted-secret.ts';
import { placeOf } from './wanted-place.ts';

export type HandInSecretDeps = SecretChangeDeps & SubmittedSecretDeps;

/** Attempts to place a new version while others place theirs. */
const MAX_ATTEMPTS = 4;

/** The commands by which people hand in secrets, and new values of them. */
export const handInSecretHandlers = (deps: HandInSecretDeps) => {
  const { eventStore, clock } = deps;
  const submit = newSecrets(deps);
  const change = secretChange(deps);
  const now = (): string => clock().toISOString();

  const seal = async (
    input: InputOf<typeof SealSecret>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof SealSecret>> => {
    deps.sealer.assertUnsealed();
    const actor = toActor(caller.principal);
    const owner = input.owner ?? actor.id;
    // Before anything is opened: those who may not keep secrets leave nothing behind.
    if (!mayManage(actor, owner)) return refusedWith('not-permitted', SealSecret);
    const place = placeOf(input.connection);
    if (place.outcome === 'refused') return refusedWith(place.code, SealSecret);
    const secretId = deriveId('submitted-secret', actor.id, input.idempotencyKey ?? caller.messageId);
    const submission = await sealSubmission(deps, input.submission, caller, { secretId, version: 1, owner });
    if (submission.outcome === 'refused') return refusedWith(submission.code, SealSecret);
    const { label } = input;
    return replyWith(await submit({ secretId, owner, label, ...place.given }, submission.sealed, caller), SealSecret);
  };

  /** A ciphertext is bound to the number of its version, so it is made anew when somebody else took that number. */
  const replace = async (
    { secretId, label, connection, submission }: InputOf<typeof ReplaceSecret>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof ReplaceSecret>> => {
    deps.sealer.assertUnsealed();
    const actor = toActor(caller.principal);
    const place = placeOf(connection);
    if (place.outcome === 'refused') return refusedWith(place.code, ReplaceSecret);
    const named = { ...place.given, ...(label === undefined ? {} : { label }) };
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const seen = await loadStream(eventStore, secrets, secretId);
      const command = { type: 'ReplaceSecret', data: { secretId, caller: actor, ...named, now: now() } } as const;
      const { state } = seen;
      const obstacle = secrets.decider.decide(command, state);
      const isForValue = obstacle.outcome === 'refused' && obstacle.code === 'value-required';
      if (obstacle.outcome === 'refused' && !(isForValue && submission !== undefined))
        return refusedWith(obstacle.code, ReplaceSecret);
      if (submission === undefined || state.status === 'absent')
        return replyWith(await change(command, caller, seen), ReplaceSecret);
      const version = state.versions.length + 1;
      const context = { secretId, version, owner: state.owner };
      const sealed = await sealSubmission(
        deps,
        submission,
        caller,
        context,
        state.versions.map(({ mask }) => mask),
      );
      if (sealed.outcome === 'refused') return refusedWith(sealed.code, ReplaceSecret);
      const replacement = { ...sealed.sealed, version };
      const changed = await change({ ...command, data: { ...command.data, replacement } }, caller, seen);
      if (changed.outcome !== 'refused' || changed.code !== 'version-not-next')
        return replyWith(changed, ReplaceSecret);
    }
    throw new AppError('revision-conflict', 'Others keep replacing this secret; try again');
  };

  return { seal, replace };
};
