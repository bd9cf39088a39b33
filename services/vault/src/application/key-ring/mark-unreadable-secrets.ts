import type { EventStore } from '@keyledger/event-sourcing';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import { secretCodec } from '../../domain/secret/secret.messages.ts';
import type { RecordReadability } from '../commands/record-readability.ts';

/**
 * Marks the secrets that data keys encrypt which no master key opens. Reads all secrets once: this is for the day on which
 * something is damaged. What encrypts no secret, or an unused one, has no secret to be marked.
 */
export const markUnreadableSecrets =
  (eventStore: EventStore, record: RecordReadability) =>
  async (dataKeyIds: ReadonlySet<string>): Promise<void> => {
    if (dataKeyIds.size === 0) return;
    for await (const recorded of eventStore.readAll({ filter: { categories: [secrets.category] } })) {
      const { type, data } = secretCodec.decode(recorded);
      if (type !== 'SecretSealed' || !dataKeyIds.has(data.envelope.dataKeyId)) continue;
      const { secretId, version } = data;
      await record({ secretId, version, isReadable: false }, 'rotation');
    }
  };
