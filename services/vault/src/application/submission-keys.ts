import {
  type Clock,
  commandHandler,
  deriveSequentialId,
  type EventStore,
  loadStream,
  newId,
} from '@keyledger/event-sourcing';
import { commandContextOf, type MessageContext, toActor } from '@keyledger/messaging';
import type { SecretBytes } from '@keyledger/secrets';
import { hasProven } from '../domain/policies/custody.policy.ts';
import { SUBMISSION_KEYS, submissionKeys as category } from '../domain/submission-key/submission-key.decider.ts';
import type { PublishedKey } from '../domain/submission-key/submission-key.messages.ts';
import { acceptedKey, presentKey } from '../domain/submission-key/submission-key.state.ts';
import { ownContext } from './own-context.ts';
import { type SecretContext, type SecretSealer, SecretUnreadable } from './ports/secret-sealer.port.ts';
import type { SubmissionOpener } from './ports/submission-opener.port.ts';

export interface SubmissionKeysDeps {
  readonly eventStore: EventStore;
  readonly sealer: SecretSealer;
  readonly opener: SubmissionOpener;
  readonly clock: Clock;
}

type SubmissionRefused = Readonly<{ outcome: 'refused'; code: 'submission-key-expired' | 'submission-unreadable' }>;

export type OpenedSubmission = Readonly<{ outcome: 'opened'; value: SecretBytes }> | SubmissionRefused;

export type OpenedSubmissions = Readonly<{ outcome: 'opened'; values: readonly SecretBytes[] }> | SubmissionRefused;

export const submissionKeyContext = (submissionKeyId: string): SecretContext => ({
  secretId: submissionKeyId,
  version: 1,
  owner: 'service:vault',
});

/**
 * The keys under which people hand in secrets. The private parts lie sealed like every secret, so each replica opens them
 * and none keeps them; while the vault is sealed nobody can, and everything here throws `sealed`.
 */
export const submissionKeys = ({ eventStore, sealer, opener, clock }: SubmissionKeysDeps) => {
  const handle = commandHandler(eventStore, category);
  const load = () => loadStream(eventStore, category, SUBMISSION_KEYS);

  const newKey = async (submissionKeyId: string): Promise<PublishedKey> => {
    const { publicKey, privateKey } = await opener.newKeyPair();
    using key = privateKey;
    const { envelope } = await sealer.seal(key, submissionKeyContext(submissionKeyId));
    return { submissionKeyId, publicKey, envelope };
  };

  /** Of several replicas that are asked for the very first key at once one makes it. */
  const present = async (): Promise<PublishedKey> => {
    sealer.assertUnsealed();
    const seen = await load();
    const known = presentKey(seen.state);
    if (known !== undefined) return known;
    const made = await newKey(newId());
    const command = { type: 'EstablishSubmissionKey', data: { ...made, now: clock().toISOString() } } as const;
    const { state } = await handle(SUBMISSION_KEYS, command, ownContext(clock()), seen);
    return presentKey(state) ?? made;
  };

  const rotate = async (caller: MessageContext) => {
    sealer.assertUnsealed();
    // Decided once more with the stream; here so that those who may not leave no unused key behind.
    if (!hasProven(toActor(caller.principal), 'admin')) return { outcome: 'refused', code: 'not-permitted' } as const;
    const made = await newKey(deriveSequentialId(caller.messageId, 'submission-key'));
    const data = { ...made, caller: toActor(caller.principal), now: clock().toISOString() };
    return handle(SUBMISSION_KEYS, { type: 'RotateSubmissionKey', data }, commandContextOf(caller, clock()));
  };

  const replaceLost = async (lostId: string): Promise<void> => {
    const made = await newKey(newId());
    const data = { ...made, lostId, now: clock().toISOString() };
    await handle(SUBMISSION_KEYS, { type: 'ReplaceLostSubmissionKey', data }, ownContext(clock()));
  };

  /**
   * Takes a submission from the principal it was encrypted for, and from nobody who overheard it. What was opened for nothing is
   * given to `discard`.
   */
  const opening =
    <Opened extends { readonly submitter: string }>(
      openWith: (submission: string, privateKey: SecretBytes) => Promise<Opened | undefined>,
      discard: (opened: Opened) => void,
    ) =>
    async (submission: string, submitter: string): Promise<Opened | SubmissionRefused> => {
      sealer.assertUnsealed();
      const { state } = await load();
      const key = acceptedKey(state, opener.keyIdOf(submission) ?? '', clock());
      if (key === undefined) return { outcome: 'refused', code: 'submission-key-expired' };
      using privateKey = await openPrivateKey(key);
      if (privateKey === undefined) {
        await replaceLost(key.submissionKeyId);
        return { outcome: 'refused', code: 'submission-key-expired' };
      }
      const opened = await openWith(submission, privateKey);
      if (opened?.submitter === submitter) return opened;
      if (opened !== undefined) discard(opened);
      return { outcome: 'refused', code: 'submission-unreadable' };
    };

  const openOne = opening(opener.open, ({ value }) => value.dispose());
  const openSeveral = opening(opener.openAll, ({ values }) => values.forEach((value) => value.dispose()));

  const open = async (submission: string, submitter: string): Promise<OpenedSubmission> => {
    const opened = await openOne(submission, submitter);
    return 'outcome' in opened ? opened : { outcome: 'opened', value: opened.value };
  };

  const openAll = async (submission: string, submitter: string): Promise<OpenedSubmissions> => {
    const opened = await openSeveral(submission, submitter);
    return 'outcome' in opened ? opened : { outcome: 'opened', values: opened.values };
  };

  /** `undefined` when it is lost, with a row of the key ring for example: whoever handed in is not to blame. */
  const openPrivateKey = async (key: PublishedKey): Promise<SecretBytes | undefined> => {
    try {
      return await sealer.open(key.envelope, submissionKeyContext(key.submissionKeyId));
    } catch (error) {
      if (error instanceof SecretUnreadable) return undefined;
      throw error;
    }
  };

  return { present, rotate, open, openAll };
};

export type SubmissionKeys = ReturnType<typeof submissionKeys>;
