import { describe, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { heldKey } from './held-key.decider.ts';
import { holdKey, keyHeld } from './held-key.examples.ts';
import type { HoldKey } from './held-key.messages.ts';

const given = specify(heldKey.decider);

const hold = (changed: Partial<HoldKey['data']>): HoldKey => ({ ...holdKey, data: { ...holdKey.data, ...changed } });

describe('HoldKey', () => {
  it('lets a value that nobody held go to a key of a lease', () => given().when(holdKey).then(keyHeld));

  it('is ignored when it went to this key of the lease', () => given(keyHeld).when(holdKey).thenIgnored());

  it('is refused for another lease, at another issuer too', () =>
    given(keyHeld)
      .when(hold({ leaseId: '01930f5e-9001-7c4e-9d5a-2f8f4f0f6d11', issuer: 'team-pool' }))
      .thenRefused('key-taken'));

  it('is refused for the successor of the key that holds it', () =>
    given(keyHeld)
      .when(hold({ generation: 2 }))
      .thenRefused('key-taken'));
});
