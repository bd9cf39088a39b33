import { accept, type Decision, ignore, refuse, type StreamCategory } from '@keyledger/event-sourcing';
import {
  stockCodec,
  type StockEvent,
  type StockRefusal,
  type StockValue,
  type TakeFromStock,
} from './stock.messages.ts';
import { evolve, initialState, type Stock, takenBy } from './stock.state.ts';

/**
 * Whoever held a value may have kept it, so in a pool each is handed out once, and again only when it was replaced. A
 * shared value may be held by many, but nobody gets as the successor of a key what the lease had before.
 */
export const isFree = (
  stock: Stock,
  { fingerprint }: StockValue,
  { leaseId, isShared }: Pick<TakeFromStock['data'], 'leaseId' | 'isShared'>,
): boolean => !stock.some((taken) => taken.fingerprint === fingerprint && (!isShared || taken.leaseId === leaseId));

const decide = ({ data }: TakeFromStock, state: Stock): Decision<StockEvent, StockRefusal> => {
  const { issuer, leaseId, generation, values, now: takenAt } = data;
  if (takenBy(state, leaseId, generation) !== undefined) return ignore('this key of the lease has its value');
  const free = values.find((value) => isFree(state, value, data));
  if (free === undefined) return refuse('stock-exhausted');
  const { secretId, version, fingerprint } = free;
  return accept({
    type: 'StockKeyTaken',
    data: { issuer, secretId, version, fingerprint, leaseId, generation, takenAt },
  });
};

/** One stream for each issuer: of two leases that ask at once for its last value, the second finds it taken. */
export const stock: StreamCategory<Stock, TakeFromStock, StockEvent, StockRefusal> = {
  category: 'stock',
  decider: { initialState, evolve, decide },
  codec: stockCodec,
};
