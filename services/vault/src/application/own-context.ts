import { type CommandContext, newId } from '@keyledger/event-sourcing';
import { servicePrincipal, toActor } from '@keyledger/messaging';

/** The context of a command that the vault gives itself, without a message behind it. */
export const ownContext = (now: Date, correlationId = newId()): CommandContext => ({
  commandId: newId(),
  actor: toActor(servicePrincipal('vault')),
  correlationId,
  causationId: correlationId,
  occurredAt: now.toISOString(),
});
