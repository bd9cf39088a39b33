import { type EventStore, loadStream, streamIdOf } from '@keyledger/event-sourcing';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { Envelope } from '../../domain/secret/secret.messages.ts';
import { SUBMISSION_KEYS, submissionKeys } from '../../domain/submission-key/submission-key.decider.ts';
import { submissionKeyContext } from '../submission-keys.ts';
import type { SecretContext } from '../ports/secret-sealer.port.ts';

export interface KeptVersion {
  readonly context: SecretContext;
  readonly envelope: Envelope;
  /** It was found unreadable before. */
  readonly isUnreadable: boolean;
}

/** Every version of every secret that has not been shredded, secret by secret, as it is at the moment it is reached. */
export async function* walkSecrets(eventStore: EventStore): AsyncIterable<KeptVersion> {
  const seen = new Set<string>();
  for await (const { stream } of eventStore.readAll({ filter: { categories: [secrets.category] } })) {
    const secretId = streamIdOf(stream);
    if (seen.has(secretId)) continue;
    seen.add(secretId);
    const { state } = await loadStream(eventStore, secrets, secretId);
    if (state.status === 'absent' || state.isShredded) continue;
    for (const [index, { envelope, isShredded, isUnreadable }] of state.versions.entries())
      if (!isShredded) yield { context: { secretId, version: index + 1, owner: state.owner }, envelope, isUnreadable };
  }
}

/** The private parts of the keys under which secrets are handed in, as long as they are kept. */
export const keptSubmissionKeys = async (
  eventStore: EventStore,
): Promise<readonly Omit<KeptVersion, 'isUnreadable'>[]> => {
  const { state } = await loadStream(eventStore, submissionKeys, SUBMISSION_KEYS);
  return state
    .filter(({ isDestroyed }) => !isDestroyed)
    .map(({ submissionKeyId, envelope }) => ({ context: submissionKeyContext(submissionKeyId), envelope }));
};
