import { describe, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { stock } from './stock.decider.ts';
import { firstValue, secondValue, stockKeyTaken, takeFromPool } from './stock.examples.ts';
import type { StockEvent, TakeFromStock } from './stock.messages.ts';

const given = specify(stock.decider);

const another = '01930f5e-9001-7c4e-9d5a-2f8f4f0f6d11';

const take = (changed: Partial<TakeFromStock['data']>): TakeFromStock => ({
  ...takeFromPool,
  data: { ...takeFromPool.data, ...changed },
});

const taken = (changed: Partial<StockEvent['data']>): StockEvent => ({
  ...stockKeyTaken,
  data: { ...stockKeyTaken.data, ...changed },
});

describe('TakeFromStock', () => {
  it('takes the first value of an untouched pool', () => given().when(takeFromPool).then(stockKeyTaken));

  it('is ignored when this key of the lease has its value', () =>
    given(stockKeyTaken).when(takeFromPool).thenIgnored());

  it('takes the next value for another lease', () =>
    given(stockKeyTaken)
      .when(take({ leaseId: another }))
      .then(taken({ ...secondValue, leaseId: another })));

  it('is refused when every value was handed out', () =>
    given(stockKeyTaken, taken({ ...secondValue, leaseId: another }))
      .when(take({ leaseId: '01930f5e-9002-7c4e-9d5a-2f8f4f0f6d11' }))
      .thenRefused('stock-exhausted'));

  it('is refused when nothing lies there', () =>
    given()
      .when(take({ values: [] }))
      .thenRefused('stock-exhausted'));

  it('takes a value again once it was replaced', () => {
    const replaced = { ...firstValue, version: 2, fingerprint: 'f3'.repeat(32) };
    given(stockKeyTaken)
      .when(take({ leaseId: another, values: [replaced] }))
      .then(taken({ ...replaced, leaseId: another }));
  });

  it('does not take a version for a new value that was entered with the old one, or lies in another secret', () =>
    given(stockKeyTaken)
      .when(
        take({
          leaseId: another,
          values: [
            { ...firstValue, version: 2 },
            { ...secondValue, fingerprint: firstValue.fingerprint },
          ],
        }),
      )
      .thenRefused('stock-exhausted'));

  it('takes a shared value for many leases', () =>
    given(stockKeyTaken)
      .when(take({ leaseId: another, isShared: true }))
      .then(taken({ leaseId: another })));

  it('takes no value as the successor of itself, shared or not', () => {
    given(stockKeyTaken)
      .when(take({ generation: 2, values: [firstValue], isShared: true }))
      .thenRefused('stock-exhausted');
    given(stockKeyTaken)
      .when(take({ generation: 2, isShared: true }))
      .then(taken({ ...secondValue, generation: 2 }));
  });
});
