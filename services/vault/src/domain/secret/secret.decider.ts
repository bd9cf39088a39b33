import { accept, type Decision, ignore, refuse, type StreamCategory } from '@keyledger/event-sourcing';
import { decideCustody } from './secret.changes.ts';
import { discardCopies } from './secret.discarding.ts';
import {
  type SealSecret,
  secretCodec,
  type SecretCommand,
  type SecretEvent,
  type SecretRefusal,
} from './secret.messages.ts';
import { recordReadability } from './secret.readability.ts';
import { revealSecret } from './secret.reveal.ts';
import { recordTest } from './secret.test-result.ts';
import { evolve, initialState, type Secret } from './secret.state.ts';

type SecretDecision = Decision<SecretEvent, SecretRefusal>;

const sealSecret = ({ data: { now, ...sealed } }: SealSecret, state: Secret): SecretDecision => {
  const latest = state.status === 'sealed' ? state.versions.length : 0;
  if (sealed.version <= latest) return ignore('this version is sealed already');
  if (sealed.version !== latest + 1) return refuse('version-not-next');
  if (state.status === 'sealed' && (state.owner !== sealed.owner || state.origin !== 'issued'))
    return refuse('owner-differs');
  return accept({ type: 'SecretSealed', data: { ...sealed, sealedAt: now } });
};

const decide = (command: SecretCommand, state: Secret): SecretDecision => {
  switch (command.type) {
    case 'SealSecret':
      return sealSecret(command, state);
    case 'DiscardCopies':
      return discardCopies(command, state);
    case 'RevealSecret':
      return revealSecret(command, state);
    case 'RecordTest':
      return recordTest(command, state);
    case 'RecordReadability':
      return recordReadability(command, state);
    default:
      return decideCustody(command, state);
  }
};

/** One stream per secret. The key of a lease is the secret of the same id; its generations are the versions. */
export const secret: StreamCategory<Secret, SecretCommand, SecretEvent, SecretRefusal> = {
  category: 'secret',
  decider: { initialState, evolve, decide },
  codec: secretCodec,
};
