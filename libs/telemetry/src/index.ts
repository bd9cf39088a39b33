export { createLogger, type Logger } from './logger.ts';
export { startTelemetry, type Telemetry } from './metrics-endpoint.ts';
export { counter, gauge, histogram } from './metrics.ts';
export { scrub } from '../scrub.mjs';
export { withSpan } from './span.ts';
export { continueTrace, currentCorrelationId, currentTraceparent, withCorrelation } from './trace-context.ts';
