import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { askMany, type Asked, exportHistory, outcomesOf, wellEnded } from './load.ts';
import { startSystem, type System } from './system.ts';

jest.setTimeout(300_000);

/** Killed one after the other while requests are under way, each at another step of somebody's path. */
const VICTIMS = [
  'gateway',
  'approval',
  'vault',
  'delivery',
  'registry',
  'audit',
  'nats',
  'postgres',
  'vault',
  'delivery',
  'approval',
];
const REQUESTS = 200;

describe('kill -9 of everything under load', () => {
  let system: System;
  let asked: readonly Asked[];

  beforeAll(async () => {
    system = await startSystem({ isDurable: true });
    let killing = Promise.resolve();
    const every = Math.floor(REQUESTS / (VICTIMS.length + 1));
    asked = await askMany(system, REQUESTS, 'load', (answered) => {
      const victim = answered % every === 0 ? VICTIMS[answered / every - 1] : undefined;
      if (victim !== undefined)
        killing = killing.then(() => system.stack.kill(victim)).then(() => system.stack.whenReady());
    });
    await killing;
  });

  afterAll(() => system?.stop());

  it('brings every accepted request to its end: one live key, one link that works', async () => {
    expect(new Set(asked.map(({ requestId }) => requestId)).size).toBe(REQUESTS);
    const outcomes = await outcomesOf(system, asked);
    expect(outcomes).toEqual(asked.map(wellEnded));
    expect(system.litellm.ledger()).toHaveLength(REQUESTS);
  });

  it('loses and doubles no event', async () => {
    const count = async (): Promise<number> => (await exportHistory(system)).length;
    // Each request is opened once: then its history is complete.
    const events = await system.gateway.until(
      () => exportHistory(system),
      (all) => all.filter(({ type }) => type.includes('LinkOpened')).length === REQUESTS,
    );
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    for (const type of [
      'KeyRequestSubmitted',
      'KeyRequestApproved',
      'LeaseIssued',
      'DeliverySucceeded',
      'KeyRequestFulfilled',
    ]) {
      expect([type, events.filter((event) => event.type.includes(`.${type}.`)).length]).toEqual([type, REQUESTS]);
    }
    expect(await count()).toBeGreaterThanOrEqual(events.length);
  });
});
