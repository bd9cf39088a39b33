import { accept, type Decision, ignore, refuse } from '@keyledger/event-sourcing';
import type { RecordTest, SecretEvent, SecretRefusal } from './secret.messages.ts';
import type { Secret } from './secret.state.ts';

/** What makes one result another one than the last; how long it took does not. */
const FACTS = ['version', 'outcome', 'warning', 'stage'] as const;

/** The same once more is no news, or a history would be full of polls. */
export const recordTest = (
  { data: { now: _now, ...tested } }: RecordTest,
  state: Secret,
): Decision<SecretEvent, SecretRefusal> => {
  if (state.status === 'absent') return refuse('secret-not-found');
  return FACTS.every((fact) => state.lastTest?.[fact] === tested[fact])
    ? ignore('the last test found the same')
    : accept({ type: 'SecretTested', data: tested });
};
