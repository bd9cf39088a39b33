import { accept, type Decision, ignore, refuse, type StreamCategory } from '@keyledger/event-sourcing';
import { hasProven } from '../policies/custody.policy.ts';
import {
  type PublishedKey,
  submissionKeyCodec,
  type SubmissionKeyCommand,
  type SubmissionKeyEvent,
  type SubmissionKeyRefusal,
} from './submission-key.messages.ts';
import { evolve, initialState, type SubmissionKeys } from './submission-key.state.ts';

type SubmissionKeyDecision = Decision<SubmissionKeyEvent, SubmissionKeyRefusal>;

const publish = ({ submissionKeyId, publicKey, envelope }: PublishedKey, publishedAt: string): SubmissionKeyDecision =>
  accept({ type: 'SubmissionKeyPublished', data: { submissionKeyId, publicKey, envelope, publishedAt } });

const decide = ({ type, data }: SubmissionKeyCommand, state: SubmissionKeys): SubmissionKeyDecision => {
  if (type === 'EstablishSubmissionKey')
    return state.length > 0 ? ignore('there is a submission key already') : publish(data, data.now);
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
