import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { brokenGuarantees } from './guarantees.ts';
import { askUnderKills, type Kill, type StepName } from './kills.ts';
import type { Asked } from './load.ts';
import { startSystem, type System } from './system.ts';

jest.setTimeout(300_000);

const kill = (victim: string, step: StepName): Kill => ({ victim, step, nth: 3, afterMs: 0 });

/** One after the other while requests are under way; `npm run bench -- kills` does it with many more. */
const KILLS = [
  kill('gateway', 'request'),
  kill('approval', 'approval'),
  kill('vault', 'issue'),
  kill('delivery', 'delivery'),
  kill('registry', 'request'),
  kill('audit', 'seal'),
  kill('nats', 'lease'),
  kill('postgres', 'issue'),
  kill('vault', 'seal'),
  kill('delivery', 'fulfilment'),
  kill('approval', 'fulfilment'),
];
const REQUESTS = 200;

describe('kill -9 of everything under load', () => {
  let system: System;
  let asked: readonly Asked[];

  beforeAll(async () => {
    system = await startSystem({ isDurable: true });
    asked = await askUnderKills(system, REQUESTS, 'load', KILLS);
  });

  afterAll(() => system?.stop());

  it('brings every accepted request to its end, with one live key and one link that works, and loses or doubles no event', async () => {
    expect(asked).toHaveLength(REQUESTS);
    expect(await brokenGuarantees(system, asked)).toEqual([]);
  });
});
