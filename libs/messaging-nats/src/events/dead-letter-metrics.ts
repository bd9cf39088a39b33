import { gauge } from '@keyledger/telemetry';
import type { DeadLetters } from './dead-letters.ts';

/** Makes the number of dead letters a metric of this process. Every replica counts the same letters. */
export const observeDeadLetters = (letters: Pick<DeadLetters, 'count'>): void =>
  gauge({
    name: 'messaging.dead_letters',
    description: 'Events that a reactor could not digest and that wait for somebody to look at them',
    unit: '{event}',
    attributes: ['reactor'],
    observe: async () => [...(await letters.count())].map(([reactor, value]) => ({ value, attributes: { reactor } })),
  });
