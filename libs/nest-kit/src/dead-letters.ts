import type { EventReactor, ServiceName } from '@keyledger/messaging';
import { DEAD_LETTERS, deadLetterHandlers, type DeadLetters, deadLetters } from '@keyledger/messaging-nats';
import type { Logger } from '@keyledger/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Provider, Type } from '@nestjs/common';
import type { HealthCheck } from './health-check.ts';
import { LOGGER, NATS_CONNECTION } from './tokens.ts';

export interface DeadLetterParts {
  readonly controllers: readonly Type[];
  readonly providers: readonly Provider[];
}

/** What a module needs for administrators to see and replay its dead letters; `reactors` is the token of its reactors. */
export const deadLetterParts = (service: ServiceName, reactors: symbol): DeadLetterParts => ({
  controllers: [deadLetterHandlers(service)],
  providers: [
    {
      provide: DEAD_LETTERS,
      inject: [NATS_CONNECTION, reactors, LOGGER],
      useFactory: (connection: NatsConnection, found: readonly EventReactor[], logger: Logger): DeadLetters =>
        deadLetters({ connection, service, reactors: found, logger }),
    },
  ],
});

/** Degraded while a dead letter waits: something that was decided is not done, though requests are answered. */
export const deadLetterCheck = (letters: Pick<DeadLetters, 'count'>): HealthCheck => ({
  name: 'dead-letters',
  check: async () => {
    try {
      const counts = [...(await letters.count())];
      if (counts.length === 0) return { status: 'up' };
      const text = counts.map(([reactor, count]) => `${count} of ${reactor}`).join(', ');
      return { status: 'degraded', reason: `Events wait to be replayed: ${text}` };
    } catch {
      return { status: 'degraded', reason: 'The dead letters cannot be counted' };
    }
  },
});
