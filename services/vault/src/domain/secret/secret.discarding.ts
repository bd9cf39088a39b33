import { accept, type Decision, ignore, refuse } from '@keyledger/event-sourcing';
import type { DiscardCopies, SecretEvent, SecretRefusal } from './secret.messages.ts';
import { type Secret, versionOf } from './secret.state.ts';

/** Of keys that were issued alone: what somebody handed in to be kept is shredded by whoever may. */
export const discardCopies = (
  { data: { secretId, versions, now } }: DiscardCopies,
  state: Secret,
): Decision<SecretEvent, SecretRefusal> => {
  if (state.status === 'absent') return ignore('nothing was sealed');
  if (state.origin !== 'issued') return refuse('not-permitted');
  const doomed = versions.flatMap((version) => {
    const stored = versionOf(state, version);
    return stored === undefined || stored.isShredded ? [] : [{ version, dataKeyId: stored.envelope.dataKeyId }];
  });
  if (doomed.length === 0) return ignore('they are shredded already');
  return accept({
    type: 'SecretShredded',
    data: {
      secretId,
      versions: doomed.map(({ version }) => version),
      dataKeyIds: doomed.map(({ dataKeyId }) => dataKeyId),
      isWhole: false,
      shreddedAt: now,
    },
  });
};
