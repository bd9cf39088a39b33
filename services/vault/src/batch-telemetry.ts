import type { MessageContext } from '@keyledger/messaging';
import type { Logger } from '@keyledger/telemetry';
import type { SecretOperations } from './application/secret-operations.ts';
import { secretHandled } from './telemetry-events.ts';

interface ItemReply {
  readonly outcome: string;
  readonly code?: string;
}

type BatchReply =
  | Readonly<{ outcome: 'accepted' | 'ignored'; result: { readonly items: readonly ItemReply[] } }>
  | Readonly<{ outcome: 'refused'; code: string }>;

const outcomesOf = (reply: BatchReply): readonly string[] =>
  reply.outcome === 'refused' ? [reply.code] : reply.result.items.map(({ code, outcome }) => code ?? outcome);

/** Counts each part of a batch like the command that does the same for one, and logs the batch as one line. */
export const withBatchEvents = (logger: Logger, operations: SecretOperations): SecretOperations => {
  const observed =
    <Input, Answer extends BatchReply>(
      command: string,
      answer: (input: Input, caller: MessageContext) => Promise<Answer>,
    ): ((input: Input, caller: MessageContext) => Promise<Answer>) =>
    async (input, caller) => {
      const reply = await answer(input, caller);
      const outcomes: Record<string, number> = {};
      for (const outcome of outcomesOf(reply)) {
        secretHandled(command, outcome);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
      const { principal, correlationId } = caller;
      logger.info({ command, outcomes, caller: principal.id, correlationId }, 'A batch of secrets was handled');
      return reply;
    };
  return {
    ...operations,
    sealSecrets: observed('SealSecrets', operations.sealSecrets),
    revealSecrets: observed('RevealSecrets', operations.revealSecrets),
  };
};
