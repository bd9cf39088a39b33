import { jest } from '@jest/globals';
import { checkpointStoreContract } from '@keyledger/event-sourcing/testing';
import { postgresCheckpointStore } from '../src/index.ts';
import { serviceDatabase } from './service-database.ts';

jest.setTimeout(30_000);

checkpointStoreContract('PostgresCheckpointStore', async () => {
  const { pool, close } = await serviceDatabase();
  return {
    replica: () => postgresCheckpointStore({ pool, holder: 'spec' }),
    seize: async (processor) => {
      const seizure = 'update checkpoints set holder = null, fence = fence + 1 where processor = $1';
      await pool.query(seizure, [processor]);
    },
    close,
  };
});
