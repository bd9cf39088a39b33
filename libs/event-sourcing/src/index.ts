export { type Checkpoint, CHECKPOINT_STORE, type CheckpointStore, type HeldCheckpoint } from './checkpoint.ts';
export { type Clock, systemClock } from './clock.ts';
export {
  type CommandContext,
  type CommandHandler,
  commandHandler,
  type LoadedStream,
  loadStream,
  loadStreams,
  type StreamCategory,
} from './command-handler.ts';
export type { Decider, Message } from './decider.ts';
export { accept, type Decision, ignore, refuse } from './decision.ts';
export { defineEvent, eventCodec, type EventOf } from './event-codec.ts';
export {
  type AppendResult,
  EVENT_STORE,
  type EventFilter,
  type EventStore,
  type ExpectedRevision,
  type ReadAllOptions,
  type ReadStreamOptions,
  type StreamStretch,
  type SubscribeOptions,
  type SubscriptionBatch,
  WrongExpectedRevision,
} from './event-store.port.ts';
export {
  type Actor,
  categoryOf,
  type EventMetadata,
  type NewEvent,
  type Position,
  positionOf,
  type RecordedEvent,
  streamIdOf,
  type StreamName,
  streamName,
} from './event.ts';
export { GrowingMap } from './growing-map.ts';
export { deriveId, deriveSequentialId, isId, newId } from './ids.ts';
export { type ProcessManager, runProcess } from './process-manager.ts';
export type { Projection } from './projection.ts';
export type { Reactor } from './reactor.ts';
export { type StreamMemory, streamMemory } from './stream-memory.ts';
