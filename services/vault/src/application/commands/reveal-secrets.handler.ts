import { LARGEST_BATCH_BYTES, type RevealedItem, type RevealSecrets } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { deriveId, type EventStore, loadStreams, type StreamMemory } from '@keyledger/event-sourcing';
import type { InputOf, MessageContext, ReplyOf } from '@keyledger/messaging';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import type { RevealSecret as RevealSecretCommand } from '../../domain/secret/secret.messages.ts';
import type { Secret } from '../../domain/secret/secret.state.ts';
import type { RecordedRevealDeps } from './recorded-reveal.ts';
import { type ItemAnswer, recordedReveals } from './recorded-reveals.ts';
import { heldVersionOf, isHeldKeyWanted, revealCommandOf, revealMessages } from './wanted-secret.ts';

type Input = InputOf<typeof RevealSecrets>;
type Reply = ReplyOf<typeof RevealSecrets>;

const messages = {
  ...revealMessages,
  'not-recorded': 'The reveal could not be recorded, so nothing was revealed; ask again',
} as const;

type Code = keyof typeof messages;

const isCode = (code: string): code is Code => code in messages;

const itemOf = (secretId: string, answer: ItemAnswer | undefined): RevealedItem => {
  if (answer === undefined) throw new Error('A secret of a batch was not answered');
  if (answer.outcome !== 'refused') return { ...answer, secretId };
  const { code } = answer;
  if (!isCode(code)) throw new Error(`A reveal was refused for a reason of its own: ${code}`);
  return { outcome: 'refused', secretId, code, message: messages[code] };
};

/** Many secrets for one recipient: what `revealSecretHandler` does for one, with an outcome for each. */
export const revealSecretsHandler = (deps: RecordedRevealDeps, memory: StreamMemory<Secret>) => {
  const reveal = recordedReveals(deps, memory);
  const { eventStore, sealer, recipients, clock } = deps;

  return async (input: Input, caller: MessageContext): Promise<Reply> => {
    sealer.assertUnsealed();
    const recipient = recipients.recipientOf(input.recipientKey);
    const thumbprint = recipients.thumbprintOf(input.recipientKey);
    const secretIds = input.items.map(({ secretId }) => secretId);
    const revealed = await reveal(
      {
        secretIds,
        commandsOf: async (states) => {
          const held = await heldVersions(eventStore, input, states);
          const asked = input.items.flatMap((item) => {
            const { secretId } = item;
            const secret = states.get(secretId);
            if (secret === undefined) return [];
            const wish = { ...wishOf(input, item, caller), held: held.get(secretId) };
            return [[secretId, revealCommandOf(wish, caller, secret, thumbprint, clock())] as const];
          });
          return new Map<string, RevealSecretCommand>(asked);
        },
        mostBytes: LARGEST_BATCH_BYTES,
        give: (keys) => (keys.size === 0 ? {} : { jwe: recipient.sealAll(keys) }),
      },
      caller,
    );
    if (revealed === undefined)
      return {
        outcome: 'refused',
        code: 'batch-too-large',
        message: 'The values are longer together than an answer may be; ask for fewer at once',
      };
    const items = secretIds.map((secretId) => itemOf(secretId, revealed.answers.get(secretId)));
    if (items.every((item) => item.outcome === 'refused' && item.code === 'not-recorded'))
      throw new AppError('unavailable', 'None of the reveals could be recorded');
    const result = { ...revealed.given, items };
    return items.every(({ outcome }) => outcome === 'ignored')
      ? { outcome: 'ignored', because: 'all of these reveals are recorded', result }
      : { outcome: 'accepted', result };
  };
};

/** Without a grant of the caller's own a repetition of the message is the same reveal, and another message another one. */
const wishOf = ({ purpose, reason }: Input, item: Input['items'][number], { messageId }: MessageContext) => ({
  ...item,
  purpose,
  reason,
  grantId: item.grantId ?? deriveId('batch-grant', messageId, item.secretId),
});

const heldVersions = async (
  eventStore: EventStore,
  { purpose }: Input,
  states: ReadonlyMap<string, Secret>,
): Promise<ReadonlyMap<string, number | undefined>> => {
  const wanted = [...states].flatMap(([id, secret]) => (isHeldKeyWanted(secret) ? [[id, undefined] as const] : []));
  if (wanted.length === 0) return new Map();
  const loaded = await loadStreams(eventStore, leases, new Map(wanted));
  return new Map([...loaded].map(([id, { state }]) => [id, heldVersionOf(state, purpose)]));
};
