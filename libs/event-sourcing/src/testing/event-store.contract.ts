import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventStore } from '../event-store.port.ts';
import { expectedRevisionDemands, repeatedAppendDemands } from './event-store-append.contract.ts';
import { readAllDemands, readStreamDemands, readStreamsDemands } from './event-store-read.contract.ts';
import { subscriptionDemands, subscriptionLifeDemands } from './event-store-subscribe.contract.ts';

/**
 * The demands on every event store. `open` connects to a log that may hold anything already; it is called several times,
 * and each store is closed by the suite. Give Jest a generous timeout when the store is across a network.
 */
export const eventStoreContract = (name: string, open: () => EventStore | Promise<EventStore>): void => {
  describe(`${name} keeps the contract of an event store`, () => {
    let opened: EventStore | undefined;
    const store = (): EventStore => {
      if (opened === undefined) throw new Error('The event store could not be opened');
      return opened;
    };

    beforeAll(async () => {
      opened = await open();
    });

    afterAll(() => opened?.close());

    it('answers to a ping', async () => {
      expect(await store().ping()).toBeUndefined();
    });

    expectedRevisionDemands(store);
    repeatedAppendDemands(store);
    readStreamDemands(store);
    readStreamsDemands(store);
    readAllDemands(store);
    subscriptionDemands(store);
    subscriptionLifeDemands(async () => open(), store);
  });
};
