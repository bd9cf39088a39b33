import { databaseFault } from '@keyledger/event-store-postgres';

/** Gives faults that another attempt may mend their type. */
export const withTypedFaults = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    throw databaseFault(error);
  }
};
