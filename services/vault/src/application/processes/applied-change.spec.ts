import { describe, expect, it } from '@jest/globals';
import type { IssuedKey, KeyBudget } from '../ports/issuer-keys.ts';
import { isApplied } from './applied-change.ts';

const asked = { changeId: '01930f60-1111-7c4e-9d5a-2f8f4f0f6d11', startedAt: '2026-11-22T08:00:00.000Z' };

const isBudgetApplied = (found: KeyBudget | undefined, wanted: KeyBudget): boolean => {
  const { maxUsd, period } = wanted;
  const key: IssuedKey = { issuerKeyId: 'k', ...(found === undefined ? {} : { budget: found }) };
  const budget = { maxUsd, ...(period === undefined ? {} : { period }) };
  return isApplied(key, { ...asked, kind: 'limits', limits: { budget } });
};

describe('a budget that the issuer was asked for', () => {
  it.each<[string, KeyBudget | undefined, KeyBudget, boolean]>([
    ['is there with its amount and period', { maxUsd: 5, period: '30d' }, { maxUsd: 5, period: '30d' }, true],
    [
      'is there when the issuer names the period otherwise',
      { maxUsd: 5, period: '24h' },
      { maxUsd: 5, period: '1d' },
      true,
    ],
    ['is there when the issuer names no period', { maxUsd: 5 }, { maxUsd: 5, period: '1d' }, true],
    ['is not there with another amount', { maxUsd: 6, period: '30d' }, { maxUsd: 5, period: '30d' }, false],
    ['is not there with another period', { maxUsd: 5, period: '1d' }, { maxUsd: 5, period: '30d' }, false],
    ['is not there while the former period holds', { maxUsd: 5, period: '1d' }, { maxUsd: 5 }, false],
    ['is not there where none is', undefined, { maxUsd: 5 }, false],
  ])('%s', (_case, found, wanted, expected) => expect(isBudgetApplied(found, wanted)).toBe(expected));
});
