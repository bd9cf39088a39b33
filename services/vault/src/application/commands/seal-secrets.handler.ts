import { type SealedItem, SealSecrets } from '@keyledger/contracts-vault';
import { AppError, isAppError } from '@keyledger/errors';
import type { Clock, EventStore } from '@keyledger/event-sourcing';
import { type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import type { SecretBytes } from '@keyledger/secrets';
import { mayManage } from '../../domain/policies/custody.policy.ts';
import type { SealedSecret, SecretSealer } from '../ports/secret-sealer.port.ts';
import type { SubmissionKeys } from '../submission-keys.ts';
import { newSecrets } from './new-secret.ts';
import { messageOf, refusedWith } from './secret-refusals.ts';
import { type Draft, draftOf } from './submitted-draft.ts';

type Input = InputOf<typeof SealSecrets>;
type Reply = ReplyOf<typeof SealSecrets>;
type ItemRefusal = Extract<SealedItem, { outcome: 'refused' }>['code'];

export interface SealSecretsDeps {
  readonly eventStore: EventStore;
  readonly sealer: SecretSealer;
  readonly submissions: SubmissionKeys;
  readonly clock: Clock;
}

const NOT_RECORDED = 'The secret could not be recorded; hand it in again';

const refusedItem = (code: ItemRefusal): SealedItem => ({
  outcome: 'refused',
  code,
  message: code === 'not-recorded' ? NOT_RECORDED : messageOf(code),
});

/** Every code of the decider that a value of a batch can meet. */
const itemRefusals: readonly string[] = ['not-permitted', 'secret-exists'] satisfies readonly ItemRefusal[];

const isItemRefusal = (code: string): code is ItemRefusal => itemRefusals.includes(code);

/** Many new secrets from one submission: what the handler of `SealSecret` does for one, with an outcome for each. */
export const sealSecretsHandler = ({ eventStore, sealer, submissions, clock }: SealSecretsDeps) => {
  const submit = newSecrets({ eventStore, clock });

  const record = async (
    { secretId, label, given }: Draft,
    sealed: SealedSecret,
    owner: string,
    caller: MessageContext,
  ): Promise<SealedItem> => {
    const submitted = await submit({ secretId, owner, label, ...given }, sealed, caller);
    if (submitted.outcome !== 'refused') return submitted;
    if (!isItemRefusal(submitted.code))
      throw new Error(`A value was refused for a reason of its own: ${submitted.code}`);
    return refusedItem(submitted.code);
  };

  const recordUnlessUnavailable = (...what: Parameters<typeof record>): Promise<SealedItem> =>
    record(...what).catch((error: unknown) => {
      if (isAppError(error, 'unavailable') || isAppError(error, 'revision-conflict'))
        return refusedItem('not-recorded');
      throw error;
    });

  const sealAll = async (input: Input, values: readonly SecretBytes[], owner: string, caller: MessageContext) => {
    const drafts = input.items.map((item, index) => draftOf(item, values[index], index, caller));
    const sound = drafts.filter((draft) => 'value' in draft);
    const contextOf = ({ secretId }: Draft) => ({ secretId, version: 1, owner });
    const sealed = await sealer.sealMany(sound.map((draft) => ({ secret: draft.value, context: contextOf(draft) })));
    const bySecret = new Map(sound.map(({ secretId }, index) => [secretId, sealed[index]]));
    return Promise.all(
      drafts.map((draft) => {
        if (!('value' in draft)) return refusedItem(draft.refusal);
        const ready = bySecret.get(draft.secretId);
        if (ready === undefined) throw new Error('A value of a batch was not sealed');
        return recordUnlessUnavailable(draft, ready, owner, caller);
      }),
    );
  };

  return async (input: Input, caller: MessageContext): Promise<Reply> => {
    sealer.assertUnsealed();
    const actor = toActor(caller.principal);
    const owner = input.owner ?? actor.id;
    // Before anything is opened: those who may not keep secrets leave nothing behind.
    if (!mayManage(actor, owner)) return refusedWith('not-permitted', SealSecrets);
    const opened = await submissions.openAll(input.submission, actor.id);
    if (opened.outcome === 'refused') return refusedWith(opened.code, SealSecrets);
    using values = new DisposableStack();
    for (const value of opened.values) values.use(value);
    if (opened.values.length !== input.items.length) return refusedWith('submission-unreadable', SealSecrets);
    const items = await sealAll(input, opened.values, owner, caller);
    if (items.every((item) => item.outcome === 'refused' && item.code === 'not-recorded'))
      throw new AppError('unavailable', 'None of the secrets could be recorded');
    return items.every(({ outcome }) => outcome === 'ignored')
      ? { outcome: 'ignored', because: 'all of these secrets are sealed already', result: { items } }
      : { outcome: 'accepted', result: { items } };
  };
};
