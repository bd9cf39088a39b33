import type { RevealSecret } from '@keyledger/contracts-vault';
import { type EventStore, loadStream, type StreamMemory } from '@keyledger/event-sourcing';
import type { InputOf, MessageContext, ReplyOf } from '@keyledger/messaging';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import type { RevealSecret as RevealSecretCommand } from '../../domain/secret/secret.messages.ts';
import type { Secret } from '../../domain/secret/secret.state.ts';
import { recordedReveal, type RecordedRevealDeps } from './recorded-reveal.ts';
import {
  heldVersionOf,
  isHeldKeyWanted,
  revealCommandOf,
  revealMessages,
  type RevealRefusal,
} from './wanted-secret.ts';

type Input = InputOf<typeof RevealSecret>;
type Reply = ReplyOf<typeof RevealSecret>;

const isRefusal = (code: string): code is RevealRefusal => code in revealMessages;

/** Checkout and break-glass: a secret leaves the vault for a person, sealed to the key that the person's gateway named. */
export const revealSecretHandler = (deps: RecordedRevealDeps, memory: StreamMemory<Secret>) => {
  const reveal = recordedReveal(deps, memory);
  const { eventStore, sealer, recipients, clock } = deps;

  return async (input: Input, caller: MessageContext): Promise<Reply> => {
    sealer.assertUnsealed();
    const { secretId, recipientKey } = input;
    const recipient = recipients.thumbprintOf(recipientKey);
    const commandOf = async (secret: Secret): Promise<RevealSecretCommand> => {
      const held = await heldVersion(eventStore, input, secret);
      return revealCommandOf({ ...input, held }, caller, secret, recipient, clock());
    };
    const answer = await reveal({ secretId, recipientKey, commandOf }, caller);
    if (answer.outcome !== 'refused') return answer;
    const { code } = answer;
    if (!isRefusal(code)) throw new Error(`A reveal was refused for a reason of its own: ${code}`);
    return { outcome: 'refused', code, message: revealMessages[code] };
  };
};

const heldVersion = async (
  eventStore: EventStore,
  { secretId, purpose }: Input,
  secret: Secret,
): Promise<number | undefined> =>
  isHeldKeyWanted(secret) ? heldVersionOf((await loadStream(eventStore, leases, secretId)).state, purpose) : undefined;
