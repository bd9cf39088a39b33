import { type Clock, commandHandler, type EventStore, loadStream } from '@keyledger/event-sourcing';
import type { SecretBytes } from '@keyledger/secrets';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { Envelope, SubmitSecret } from '../../domain/secret/secret.messages.ts';
import type { KeptSecret } from '../../domain/secret/secret.state.ts';
import { ownContext } from '../own-context.ts';
import type { IntakeAnswer, IntakePlace, KeyIntake } from '../ports/key-intake.port.ts';
import { type SecretContext, type SecretSealer, SecretUnreadable } from '../ports/secret-sealer.port.ts';

interface SealImportedKeyDeps {
  readonly eventStore: EventStore;
  readonly sealer: SecretSealer;
  readonly clock: Clock;
}

const FIRST_VERSION = 1;

/** Seals keys that come from another system, each as a secret that its owner might have handed in. */
export const sealImportedKey = ({ eventStore, sealer, clock }: SealImportedKeyDeps): KeyIntake => {
  const isVersion = async (key: SecretBytes, context: SecretContext, envelope: Envelope): Promise<boolean> => {
    try {
      using stored = await sealer.open(envelope, context);
      return stored.equals(key);
    } catch (error) {
      // Shredded or damaged: whatever it was, it is not this key any more.
      if (error instanceof SecretUnreadable) return false;
      throw error;
    }
  };

  const compare = async (key: SecretBytes, secretId: string, state: KeptSecret): Promise<IntakeAnswer> => {
    if (state.isShredded) return 'shredded';
    for (const [index, { envelope, isShredded }] of state.versions.entries()) {
      const context = { secretId, owner: state.owner, version: index + 1 };
      if (!isShredded && (await isVersion(key, context, envelope))) return 'known';
    }
    return 'another-key';
  };

  return {
    take: async (key, { label, ...place }: IntakePlace) => {
      const { secretId } = place;
      const seen = await loadStream(eventStore, secrets, secretId);
      if (seen.state.status === 'sealed') return compare(key, secretId, seen.state);
      const sealed = await sealer.seal(key, { ...place, version: FIRST_VERSION });
      const context = ownContext(clock());
      const command: SubmitSecret = {
        type: 'SubmitSecret',
        data: { ...place, ...sealed, label, caller: context.actor, now: clock().toISOString() },
      };
      const handled = await commandHandler(eventStore, secrets)(secretId, command, context, seen);
      if (handled.outcome === 'accepted') return 'sealed';
      // Another import was faster.
      if (handled.state.status === 'sealed') return compare(key, secretId, handled.state);
      throw new Error(`Sealing an imported key was ${handled.outcome}`);
    },
  };
};
