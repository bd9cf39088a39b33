import { accept, type Decision, ignore } from '@keyledger/event-sourcing';
import type { RecordReadability, SecretEvent, SecretRefusal } from './secret.messages.ts';
import { type Secret, versionOf } from './secret.state.ts';

/** What is shredded is not expected to open. */
export const recordReadability = (
  { data: { isReadable, now, ...found } }: RecordReadability,
  state: Secret,
): Decision<SecretEvent, SecretRefusal> => {
  const version = versionOf(state, found.version);
  if (version === undefined || version.isShredded) return ignore('there is nothing to open');
  if (version.isUnreadable !== isReadable) return ignore('this is known already');
  const type = isReadable ? 'SecretFoundReadable' : 'SecretFoundUnreadable';
  return accept({ type, data: { ...found, foundAt: now } });
};
