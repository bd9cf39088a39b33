import type { CommandContext } from '@keyledger/event-sourcing';
import { deriveSequentialId } from '@keyledger/event-sourcing';
import type { IntegrationEvent } from './integration-event.ts';
import { type Principal, servicePrincipal, toActor } from './principal.ts';

/** What arrived with a command or query, after the principal's signature was checked. */
export interface MessageContext {
  /** UUIDv7; for a command its id. */
  readonly messageId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string;
  readonly principal: Principal;
  /** Moment after which nobody waits for the reply, milliseconds since the epoch by the clock of this process. */
  readonly deadlineAt: number;
}

/** The context of a command that came by message. */
export const commandContextOf = (
  { messageId, correlationId, causationId, traceparent, principal }: MessageContext,
  now: Date,
): CommandContext => ({
  commandId: messageId,
  actor: toActor(principal),
  correlationId,
  causationId,
  ...(traceparent === undefined ? {} : { traceparent }),
  occurredAt: now.toISOString(),
});

/**
 * The context of a command that a reactor of `service` sends because of `event`. Equal for each delivery of the event
 * apart from the time, so the second is recognised; `step` tells several commands of one reaction apart.
 */
export const reactionContextOf = (
  event: IntegrationEvent,
  service: string,
  reactor: string,
  now: Date,
  step: string | number = 0,
): CommandContext => ({
  commandId: deriveSequentialId(event.id, reactor, step),
  actor: toActor(servicePrincipal(service)),
  correlationId: event.correlationId,
  causationId: event.id,
  ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
  occurredAt: now.toISOString(),
});
