import { type Clock, commandHandler, type EventStore, loadStream } from '@keyledger/event-sourcing';
import type { SecretBytes } from '@keyledger/secrets';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { SealSecret } from '../../domain/secret/secret.messages.ts';
import type { Secret } from '../../domain/secret/secret.state.ts';
import { ownContext } from '../own-context.ts';
import type { IntakeAnswer, IntakePlace, KeyIntake } from '../ports/key-intake.port.ts';
import { type SecretSealer, SecretUnreadable } from '../ports/secret-sealer.port.ts';

interface SealImportedKeyDeps {
  readonly eventStore: EventStore;
  readonly sealer: SecretSealer;
  readonly clock: Clock;
}

const FIRST_VERSION = 1;

/** Seals keys that come from another system, each as a secret of its own. */
export const sealImportedKey = ({ eventStore, sealer, clock }: SealImportedKeyDeps): KeyIntake => {
  const isVersion = async (key: SecretBytes, context: IntakePlace & { version: number }, envelope: Envelope) => {
    try {
      using stored = await sealer.open(envelope, context);
      return stored.equals(key);
    } catch (error) {
      // Shredded or damaged: whatever it was, it is not this key any more.
      if (error instanceof SecretUnreadable) return false;
      throw error;
    }
  };

  const compare = async (key: SecretBytes, { secretId, owner }: IntakePlace, state: Sealed): Promise<IntakeAnswer> => {
    for (const [index, { envelope }] of state.versions.entries())
      if (await isVersion(key, { secretId, owner, version: index + 1 }, envelope)) return 'known';
    return 'another-key';
  };

  return {
    take: async (key, place) => {
      const seen = await loadStream(eventStore, secrets, place.secretId);
      if (seen.state.status === 'sealed') return compare(key, place, seen.state);
      const context = { ...place, version: FIRST_VERSION };
      const sealed = await sealer.seal(key, context);
      const command: SealSecret = {
        type: 'SealSecret',
        data: { ...context, ...sealed, now: clock().toISOString() },
      };
      const handled = await commandHandler(eventStore, secrets)(place.secretId, command, ownContext(clock()), seen);
      if (handled.outcome === 'accepted') return 'sealed';
      if (handled.state.status === 'sealed') return compare(key, place, handled.state);
      throw new Error(`Sealing an imported key was ${handled.outcome}`);
    },
  };
};

type Sealed = Extract<Secret, { status: 'sealed' }>;
type Envelope = SealSecret['data']['envelope'];
