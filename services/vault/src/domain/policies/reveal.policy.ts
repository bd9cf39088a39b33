import type { Actor } from '@keyledger/event-sourcing';
import type { Purpose } from '../secret/secret.messages.ts';

/** Who may obtain a secret for which purpose. Only the delivery service may, as itself, to hand a key to its owner. */
const permitted: Readonly<Record<Purpose, (caller: Actor) => boolean>> = {
  delivery: ({ kind, id, proof }) => kind === 'service' && id === 'service:delivery' && proof === 'service',
};

export const mayReveal = (caller: Actor, purpose: Purpose): boolean => permitted[purpose](caller);
