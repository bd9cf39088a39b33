import { DEAD_LETTERS_STREAM, EVENTS_STREAM } from '@keyledger/messaging';
import {
  type ConsumerConfig,
  jetstreamManager,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';

/** A publication that is repeated within this time is dropped by the server. */
const DUPLICATE_WINDOW_MS = 10 * 60_000;

const STREAM_NOT_FOUND = 10059;
const NAME_IN_USE = 10058;
const CONSUMER_EXISTS = 10148;

type Config = Pick<StreamConfig, 'name' | 'subjects'> & Partial<StreamConfig>;

/**
 * What was published goes by the stream's limits and by acknowledgement, never by a request to the server, whoever sends
 * it: a stream that was emptied keeps its birth, and nobody would notice. The server lets nobody turn these off again.
 */
const PROTECTION = { deny_delete: true, deny_purge: true } as const;

const shared: Partial<StreamConfig> = {
  ...PROTECTION,
  storage: StorageType.File,
  duplicate_window: nanos(DUPLICATE_WINDOW_MS),
  allow_direct: true,
};

const eventsConfig: Config = { ...shared, name: EVENTS_STREAM, subjects: ['keyledger.*.event.>'] };

/** A work queue with one message per subject: what was replayed is gone, what failed twice is there once. */
const deadLettersConfig: Config = {
  ...shared,
  name: DEAD_LETTERS_STREAM,
  subjects: ['keyledger.*.deadletter.>'],
  retention: RetentionPolicy.Workqueue,
  max_msgs_per_subject: 1,
};

export interface Streams {
  readonly events: StreamInfo;
  readonly deadLetters: StreamInfo;
}

/** Without a round trip that asks for the account. */
export const managerOf = (connection: NatsConnection): Promise<JetStreamManager> =>
  jetstreamManager(connection, { checkAPI: false });

const hasCode = (error: unknown, code: number): boolean => error instanceof JetStreamApiError && error.code === code;

const ensureStream = async (manager: JetStreamManager, config: Config): Promise<StreamInfo> => {
  try {
    return await manager.streams.info(config.name);
  } catch (error) {
    if (!hasCode(error, STREAM_NOT_FOUND)) throw error;
  }
  try {
    return await manager.streams.add(config);
  } catch (error) {
    // Another process, perhaps of another version, was faster.
    if (hasCode(error, NAME_IN_USE)) return manager.streams.info(config.name);
    throw error;
  }
};

/**
 * Creates what is missing. Safe to call from every service at once and again at any time; a stream that exists is left
 * as it is, so that an operator may change its limits and replicas; services have no right to change one.
 */
export const ensureStreams = async (connection: NatsConnection): Promise<Streams> => {
  const manager = await managerOf(connection);
  return {
    events: await ensureStream(manager, eventsConfig),
    deadLetters: await ensureStream(manager, deadLettersConfig),
  };
};

export const isProtected = ({ config }: StreamInfo): boolean => config.deny_delete && config.deny_purge;

/**
 * For an administrator: creates what is missing, and protects streams of an earlier version against deletion of what is
 * in them. All else that an operator set stays. Safe to repeat.
 */
export const protectStreams = async (connection: NatsConnection): Promise<Streams> => {
  const { events, deadLetters } = await ensureStreams(connection);
  const manager = await managerOf(connection);
  const protect = async (stream: StreamInfo): Promise<StreamInfo> =>
    isProtected(stream) ? stream : manager.streams.update(stream.config.name, { ...stream.config, ...PROTECTION });
  return { events: await protect(events), deadLetters: await protect(deadLetters) };
};

/** Creates a durable consumer, or gives one of an earlier version its present limits. */
export const ensureConsumer = async (
  manager: JetStreamManager,
  stream: string,
  config: Partial<ConsumerConfig> & { readonly durable_name: string },
): Promise<void> => {
  try {
    await manager.consumers.add(stream, config);
  } catch (error) {
    // Servers before 2.10 update by the same call; later ones refuse to create what is there with other limits.
    if (!hasCode(error, CONSUMER_EXISTS)) throw error;
    await manager.consumers.update(stream, config.durable_name, config);
  }
};

/** Tells a stream from one that was made anew under the same name. */
export const epochOf = (stream: StreamInfo): string => stream.created;
