/** Tokens of what `platformModule` provides beside the ports of the kernel. */

/** `pg.Pool` on the schema and role of this service. */
export const PG_POOL: unique symbol = Symbol('PgPool');

/** `NatsConnection`, shared by everything in the process. */
export const NATS_CONNECTION: unique symbol = Symbol('NatsConnection');

/** `Clock` of event-sourcing. */
export const CLOCK: unique symbol = Symbol('Clock');

/** `Logger` of telemetry. */
export const LOGGER: unique symbol = Symbol('Logger');

/** `Health`: what the health endpoints answer. */
export const HEALTH: unique symbol = Symbol('Health');

/** `AbortSignal` that aborts when the process begins to stop, before requests are drained: ends long-lived answers. */
export const STOPPING: unique symbol = Symbol('Stopping');
