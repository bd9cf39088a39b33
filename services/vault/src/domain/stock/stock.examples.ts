import type { StockEvent, StockValue, TakeFromStock } from './stock.messages.ts';

export const firstValue: StockValue = {
  secretId: '2f1d9f0e-6f0a-5f0b-9d9e-0a4b8f5d7c11',
  version: 1,
  fingerprint: 'f1'.repeat(32),
};

export const secondValue: StockValue = {
  secretId: '3a2e0a1f-7a1b-4a1c-8e0f-1b5c906e8d22',
  version: 4,
  fingerprint: 'f2'.repeat(32),
};

export const takeFromPool: TakeFromStock = {
  type: 'TakeFromStock',
  data: {
    issuer: 'team-pool',
    leaseId: '01930f5e-9000-7c4e-9d5a-2f8f4f0f6d11',
    generation: 1,
    values: [firstValue, secondValue],
    isShared: false,
    now: '2026-11-21T08:00:00.000Z',
  },
};

export const stockKeyTaken: StockEvent = {
  type: 'StockKeyTaken',
  data: {
    ...firstValue,
    issuer: 'team-pool',
    leaseId: '01930f5e-9000-7c4e-9d5a-2f8f4f0f6d11',
    generation: 1,
    takenAt: '2026-11-21T08:00:00.000Z',
  },
};
