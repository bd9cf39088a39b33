import { accept, type Decision, ignore, refuse, type StreamCategory } from '@keyledger/event-sourcing';
import { hasProven } from '../policies/custody.policy.ts';
import {
  type PublishedKey,
  submissionKeyCodec,
  type SubmissionKeyCommand,
  type SubmissionKeyEvent,
  type SubmissionKeyRefusal,
} from './submission-key.messages.ts';
import { evolve, expiredKeys, initialState, presentKey, type SubmissionKeys } from './submission-key.state.ts';

type SubmissionKeyDecision = Decision<SubmissionKeyEvent, SubmissionKeyRefusal>;

const publish = ({ submissionKeyId, publicKey, envelope }: PublishedKey, publishedAt: string): SubmissionKeyDecision =>
  accept({ type: 'SubmissionKeyPublished', data: { submissionKeyId, publicKey, envelope, publishedAt } });

const destroyExpired = (now: string, state: SubmissionKeys): SubmissionKeyDecision => {
  const expired = expiredKeys(state, new Date(now));
  if (expired.length === 0) return ignore('every key that opens is accepted');
  return accept(
    ...expired.map(({ submissionKeyId, envelope }): SubmissionKeyEvent => ({
      type: 'SubmissionKeyDestroyed',
      data: { submissionKeyId, dataKeyId: envelope.dataKeyId, destroyedAt: now },
    })),
  );
};

const decide = ({ type, data }: SubmissionKeyCommand, state: SubmissionKeys): SubmissionKeyDecision => {
  if (type === 'EstablishSubmissionKey')
    return state.length > 0 ? ignore('there is a submission key already') : publish(data, data.now);
  if (type === 'DestroySubmissionKeys') return destroyExpired(data.now, state);
  if (type === 'ReplaceLostSubmissionKey')
    return presentKey(state)?.submissionKeyId === data.lostId
      ? publish(data, data.now)
      : ignore('another key is present already');
  if (!hasProven(data.caller, 'admin')) return refuse('not-permitted');
  const isKnown = state.some(({ submissionKeyId }) => submissionKeyId === data.submissionKeyId);
  return isKnown ? ignore('this key is published already') : publish(data, data.now);
};

/** One stream for all submission keys: which of them is the present one is one decision. */
export const SUBMISSION_KEYS = 'all';

export const submissionKeys: StreamCategory<
  SubmissionKeys,
  SubmissionKeyCommand,
  SubmissionKeyEvent,
  SubmissionKeyRefusal
> = {
  category: 'submissionKey',
  decider: { initialState, evolve, decide },
  codec: submissionKeyCodec,
};
