import { AppError } from '@keyledger/errors';
import { SESSIONS_STREAM, sessionSubject } from '@keyledger/messaging';
import { isConnected } from '@keyledger/messaging-nats';
import {
  jetstream,
  jetstreamManager,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import type { SessionRegister } from '../../application/ports/session-register.port.ts';

export interface JetStreamSessionRegisterOptions {
  readonly connection: NatsConnection;
  /** After which the server forgets what it knows of a session; no shorter than the longest life of one. */
  readonly keptForMs: number;
}

const OPEN = 'open';
const ENDED = 'ended';
const PATIENCE_MS = 2_000;
const STREAM_NOT_FOUND = 10059;
const NAME_IN_USE = 10058;

type Config = Pick<StreamConfig, 'name' | 'subjects'> & Partial<StreamConfig>;

/** One subject per session, and of each the last word only. */
const configOf = (keptForMs: number): Config => ({
  name: SESSIONS_STREAM,
  subjects: [sessionSubject('*')],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  max_msgs_per_subject: 1,
  max_age: nanos(keptForMs),
  allow_direct: true,
  deny_delete: true,
  deny_purge: true,
});

const hasCode = (error: unknown, code: number): boolean => error instanceof JetStreamApiError && error.code === code;

const outages: ReadonlySet<string> = new Set([
  ...['TimeoutError', 'RequestError', 'NoResponders', 'ClosedConnectionError', 'DrainingConnectionError'],
  ...['JetStreamError', 'JetStreamStatusError', 'JetStreamNotEnabled'],
]);

const unavailable = (cause?: unknown): AppError =>
  new AppError('unavailable', 'Sessions cannot be checked at the moment; try again', { cause });

/**
 * Over a JetStream stream of the gateway's own, which is made when it is missing. When its data is lost, every session has
 * ended: a copied cookie does not come to life by a fault of the server.
 */
export const jetStreamSessionRegister = ({
  connection,
  keptForMs,
}: JetStreamSessionRegisterOptions): SessionRegister => {
  const client = jetstream(connection, { timeout: PATIENCE_MS });
  let manager: Promise<JetStreamManager> | undefined;
  const managed = (): Promise<JetStreamManager> =>
    (manager ??= jetstreamManager(connection, { checkAPI: false, timeout: PATIENCE_MS }));

  const ensureStream = async (): Promise<void> => {
    const { streams } = await managed();
    try {
      await streams.info(SESSIONS_STREAM);
    } catch (error) {
      if (!hasCode(error, STREAM_NOT_FOUND)) throw error;
      await streams.add(configOf(keptForMs)).catch((failure: unknown) => {
        if (!hasCode(failure, NAME_IN_USE)) throw failure; // another replica was faster
      });
    }
  };

  /**
   * What fails is done once more when the stream is sure to be there; all of it may be repeated. Without a connection the
   * client would wait for the server to come back, and people would wait with it.
   */
  const onStream = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    if (!isConnected(connection)) throw unavailable();
    try {
      return await act().catch(() => ensureStream().then(act));
    } catch (error) {
      throw error instanceof Error && outages.has(error.name) ? unavailable(error) : error;
    }
  };

  const say = (sessionId: string, word: string): Promise<unknown> =>
    onStream(() => client.publish(sessionSubject(sessionId), word, { timeout: PATIENCE_MS }));

  return {
    begin: async (sessionId) => void (await say(sessionId, OPEN)),
    end: async (sessionId) => void (await say(sessionId, ENDED)),
    isOpen: async (sessionId) => {
      const query = { last_by_subj: sessionSubject(sessionId) };
      const last = await onStream(async () => (await managed()).direct.getMessage(SESSIONS_STREAM, query));
      return last?.string() === OPEN;
    },
  };
};
