import type { StockEvent, StockValue } from './stock.messages.ts';

export interface TakenValue extends StockValue {
  readonly leaseId: string;
  readonly generation: number;
}

/** Every value that was ever handed out, in order. */
export type Stock = readonly TakenValue[];

export const initialState: Stock = [];

export const evolve = (state: Stock, { data }: StockEvent): Stock => {
  const { secretId, version, fingerprint, leaseId, generation } = data;
  return [...state, { secretId, version, fingerprint, leaseId, generation }];
};

export const takenBy = (stock: Stock, leaseId: string, generation: number): TakenValue | undefined =>
  stock.find((taken) => taken.leaseId === leaseId && taken.generation === generation);
