import { checkpointStoreContract } from './checkpoint-store.contract.ts';
import { InMemoryCheckpointStore, type InMemoryCheckpoints } from './in-memory-checkpoint-store.ts';

checkpointStoreContract('InMemoryCheckpointStore', () => {
  const checkpoints: InMemoryCheckpoints = new Map();
  const replica = (): InMemoryCheckpointStore => new InMemoryCheckpointStore(checkpoints);
  return { replica, seize: (processor) => replica().seize(processor) };
});
