import { asEvent, type EventReactor, type IntegrationEvent } from '../integration-event.ts';

/** One delivery of an event to those reactors that handle it. Rejects with what the first of them throws. */
export const deliverTo = async (
  reactors: readonly EventReactor[],
  event: IntegrationEvent,
  attempt = 1,
): Promise<void> => {
  for (const reactor of reactors)
    if (reactor.handles.some((definition) => asEvent(definition, event) !== undefined))
      await reactor.react(event, { number: attempt });
};
