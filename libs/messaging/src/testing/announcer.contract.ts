import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventStore, newId, type NewEvent, type StreamName, streamName } from '@keyledger/event-sourcing';
import { z } from 'zod';
import type { Announcer } from '../announcer.port.ts';
import { defineIntegrationEvent, type EventPublication, type IntegrationEvent } from '../integration-event.ts';

export interface AnnouncerSubject {
  /** Announces what is in `eventStore`, by the publication that the contract gives. */
  readonly announcer: Announcer;
  readonly eventStore: EventStore;
  /** All that was announced, in its order. */
  announced(): Promise<readonly IntegrationEvent[]>;
  close(): Promise<void>;
}

const Approved = defineIntegrationEvent(
  'approval',
  'keyRequest',
  'KeyRequestApproved',
  1,
  z.object({ by: z.string() }),
);
const Retried = defineIntegrationEvent('approval', 'keyRequest', 'KeyRequestRetried', 1, z.object({ by: z.string() }));

/** `Approved` and `Retried` are public. */
const publication: EventPublication = ({ type, data }) =>
  type === 'Approved' ? { definition: Approved, data } : type === 'Retried' ? { definition: Retried, data } : undefined;

const event = (type: string): NewEvent => ({
  id: newId(),
  type,
  schemaVersion: 1,
  data: { by: 'ada', secret: 'sealed' },
  metadata: {
    actor: { kind: 'user', id: 'ada', proof: 'basic', roles: ['admin'] },
    correlationId: newId(),
    causationId: newId(),
    occurredAt: '2026-03-01T10:00:00.000Z',
  },
});

export const announcerContract = (
  name: string,
  open: (publication: EventPublication) => Promise<AnnouncerSubject>,
): void => {
  describe(`${name} as announcer`, () => {
    let subject: AnnouncerSubject;
    let stream: StreamName;
    let events: readonly NewEvent[];

    beforeEach(async () => {
      subject = await open(publication);
      stream = streamName('keyRequest', newId());
      events = ['Submitted', 'Approved', 'Private', 'Retried', 'Approved'].map(event);
      await subject.eventStore.append(stream, events, 'no-stream');
    });
    afterEach(() => subject.close());

    const idsOf = (types: readonly string[]) => events.filter(({ type }) => types.includes(type)).map(({ id }) => id);
    const announcedIds = async () => (await subject.announced()).map(({ id }) => id);

    it('tells events of these types with their ids and in their order', async () => {
      await subject.announcer.announceAgain(stream, ['Approved', 'Retried'], newId());
      expect(await announcedIds()).toEqual(idsOf(['Approved', 'Retried']));
    });

    it('tells them as they are published: the whole envelope and no private field', async () => {
      await subject.announcer.announceAgain(stream, ['Retried'], newId());
      const [stored] = events.filter(({ type }) => type === 'Retried');
      expect(await subject.announced()).toMatchObject([
        { id: stored?.id, type: 'KeyRequestRetried', service: 'approval', ...stored?.metadata, data: { by: 'ada' } },
      ]);
      expect(JSON.stringify(await subject.announced())).not.toContain('sealed');
    });

    it('tells nothing of other types, of private events and of other streams', async () => {
      await subject.announcer.announceAgain(stream, ['Private', 'Denied'], newId());
      await subject.announcer.announceAgain(streamName('keyRequest', newId()), ['Approved'], newId());
      expect(await announcedIds()).toEqual([]);
    });

    it('tells everything once for one cause, and again for another', async () => {
      const cause = newId();
      await subject.announcer.announceAgain(stream, ['Retried'], cause);
      await subject.announcer.announceAgain(stream, ['Retried'], cause);
      expect(await announcedIds()).toEqual(idsOf(['Retried']));
      await subject.announcer.announceAgain(stream, ['Retried'], newId());
      expect(await announcedIds()).toEqual([...idsOf(['Retried']), ...idsOf(['Retried'])]);
    });
  });
};
