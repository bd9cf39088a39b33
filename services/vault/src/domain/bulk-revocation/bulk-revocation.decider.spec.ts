import { describe, expect, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { bulkRevocation, LARGEST_SET } from './bulk-revocation.decider.ts';
import {
  bulkRevocationCompleted,
  bulkRevocationProgressed,
  bulkRevocationStarted,
  leaseIds,
  recordRevoked,
  startBulkRevocation,
} from './bulk-revocation.examples.ts';
import type { BulkRevocationEvent, StartBulkRevocation } from './bulk-revocation.messages.ts';
import { evolve, initialState, remaining } from './bulk-revocation.state.ts';

const given = specify(bulkRevocation.decider);

const starting = (changed: Partial<StartBulkRevocation['data']>): StartBulkRevocation => ({
  ...startBulkRevocation,
  data: { ...startBulkRevocation.data, ...changed },
});

describe('StartBulkRevocation', () => {
  it('is accepted for the leases that somebody looked at', () =>
    given().when(startBulkRevocation).then(bulkRevocationStarted));

  it('is ignored when it comes again, also when other leases are hit by then', () =>
    given(bulkRevocationStarted)
      .when(starting({ digest: 'd2', leaseIds: [] }))
      .thenIgnored());

  it('is refused when other leases are hit than those', () =>
    given()
      .when(starting({ digest: 'd2' }))
      .thenRefused('set-changed'));

  it('is refused for no leases', () =>
    given()
      .when(starting({ leaseIds: [] }))
      .thenRefused('set-empty'));

  it('is refused for more leases than one event holds', () =>
    given()
      .when(starting({ leaseIds: Array.from({ length: LARGEST_SET + 1 }, () => leaseIds[0] ?? '') }))
      .thenRefused('set-too-large'));
});

describe('RecordRevoked', () => {
  it('tells how far it has come', () =>
    given(bulkRevocationStarted).when(recordRevoked(2)).then(bulkRevocationProgressed));

  it('completes with the last one', () =>
    given(bulkRevocationStarted, bulkRevocationProgressed)
      .when(recordRevoked(3, bulkRevocationCompleted.data.completedAt))
      .then(bulkRevocationCompleted));

  it('is ignored when that is known, as by a replica that lost its turn', () => {
    given(bulkRevocationStarted, bulkRevocationProgressed).when(recordRevoked(1)).thenIgnored();
    given(bulkRevocationStarted, bulkRevocationCompleted).when(recordRevoked(3)).thenIgnored();
  });

  it('is refused when there is none', () => given().when(recordRevoked(1)).thenRefused('bulk-revocation-not-found'));
});

describe('what is left to revoke', () => {
  const after = (...events: readonly BulkRevocationEvent[]) => remaining(events.reduce(evolve, initialState));

  it('are the leases that were hit, without those that are revoked', () => {
    expect(after()).toEqual([]);
    expect(after(bulkRevocationStarted)).toEqual(leaseIds);
    expect(after(bulkRevocationStarted, bulkRevocationProgressed)).toEqual(leaseIds.slice(2));
    expect(after(bulkRevocationStarted, bulkRevocationCompleted)).toEqual([]);
    expect(after(bulkRevocationProgressed, bulkRevocationCompleted)).toEqual([]);
  });
});
