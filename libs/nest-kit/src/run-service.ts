import { ConfigErrors } from '@keyledger/config';
import type { ServiceName } from '@keyledger/messaging';
import { createLogger, type Logger, startTelemetry } from '@keyledger/telemetry';
import { aborted } from './runner.ts';
import type { ServiceConfig, ServiceDefinition } from './service-definition.ts';
import { startService } from './start-service.ts';

/** Supervisors kill after ten seconds or more; what hangs until here hangs for ever. */
const LAST_RESORT_MS = 8_000;

/** Prints what is wrong and answers `undefined`. */
const readOrExplain = <Config extends ServiceConfig>(definition: ServiceDefinition<Config>): Config | undefined => {
  try {
    return definition.readConfig();
  } catch (error) {
    if (!(error instanceof ConfigErrors)) throw error;
    process.stderr.write(`${String(error)}\n`);
    return undefined;
  }
};

/** Aborts at the first signal to stop, or when something failed that nobody caught. */
const stopSignal = (logger: Logger): AbortSignal => {
  const stop = new AbortController();
  const begin = (reason: string): void => {
    if (stop.signal.aborted) return;
    logger.info({ reason }, 'stopping');
    stop.abort();
    // Unreferenced: it only fires when something else keeps the process alive.
    setTimeout(() => {
      logger.fatal({}, 'stopping took too long');
      // eslint-disable-next-line no-restricted-properties -- the last resort
      process.exit(1);
    }, LAST_RESORT_MS).unref();
  };
  process.on('SIGTERM', () => begin('SIGTERM'));
  process.on('SIGINT', () => begin('SIGINT'));
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'an error that nobody caught');
    process.exitCode = 1;
    begin('uncaught error');
  });
  return stop.signal;
};

/**
 * The whole life of a service's process: reads the configuration, starts, waits for SIGTERM or SIGINT, stops gracefully
 * and sets the exit code. With `--check-config` it only validates the configuration and connects nowhere.
 */
export const runService = async <Config extends ServiceConfig>(
  name: ServiceName,
  definition: ServiceDefinition<Config>,
): Promise<void> => {
  const config = readOrExplain(definition);
  if (config === undefined) {
    process.exitCode = 1;
    return;
  }
  if (process.argv.includes('--check-config')) {
    process.stdout.write('configuration ok\n');
    return;
  }
  const logger = createLogger({ service: name, ...config.platform.log });
  const signal = stopSignal(logger);
  try {
    const service = await startService(name, definition, config, { logger, signal });
    await aborted(signal);
    await service.stop();
    logger.info({}, 'stopped');
  } catch (error) {
    if (signal.aborted && error instanceof Error && error.name === 'AbortError') return;
    logger.fatal({ err: error }, 'the service cannot run');
    process.exitCode = 1;
  } finally {
    await startTelemetry(name)
      .shutdown()
      .catch((error: unknown) => logger.debug({ err: error }, 'telemetry was not sent'));
  }
};
