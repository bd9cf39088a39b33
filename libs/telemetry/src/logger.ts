import {
  type DestinationStream,
  type Logger as PinoLogger,
  type LoggerOptions as PinoOptions,
  pino,
  stdSerializers,
} from 'pino';
import { prettyLine } from './pretty-stream.ts';
import { scrub } from '../scrub.mjs';
import { currentCorrelationId, currentSpanContext } from './trace-context.ts';

/** `logger.info({ leaseId }, 'lease issued')`: fields first, then a constant message. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  readonly service: string;
  /** Default: info. */
  readonly level?: string;
  /** One JSON object per line by default, `pretty` for people at a terminal. */
  readonly format?: 'json' | 'pretty';
  /** Default: standard output. */
  readonly destination?: DestinationStream;
}

/** Where the record belongs: the trace, and the request that it follows from. */
const whereabouts = (): object => {
  const span = currentSpanContext();
  const correlationId = currentCorrelationId();
  return {
    ...(span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId }),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
};

const prettyDestination = (destination: DestinationStream): DestinationStream => ({
  write: (line) => {
    destination.write(prettyLine(line, process.stdout.isTTY));
  },
});

/**
 * A logger whose every line passes `scrub` as the last thing before it is written: nothing that stands under the name of
 * a secret or looks like a key leaves the process, in whichever field, message or stack it is.
 */
export const createLogger = ({ service, level = 'info', format = 'json', destination }: LoggerOptions): Logger => {
  const options: PinoOptions = {
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: stdSerializers.errWithCause, error: stdSerializers.errWithCause },
    mixin: whereabouts,
    hooks: { streamWrite: scrub },
  };
  const output = destination ?? pino.destination({ fd: 1, sync: true });
  return pino(options, format === 'pretty' ? prettyDestination(output) : output);
};
