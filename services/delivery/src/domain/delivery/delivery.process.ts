import { deriveId, type ProcessManager } from '@keyledger/event-sourcing';
import { type Delivery, type Link, newestLink } from './delivery.state.ts';

/** One delivery per generation of a lease, found again whoever asks. */
export const deliveryIdOf = (leaseId: string, generation: number): string => deriveId('delivery', leaseId, generation);

export interface SendLink {
  readonly type: 'send-link';
  readonly link: Link;
  /** 1 for the first attempt with this link. */
  readonly attempt: number;
}

/** The mail with the newest link is sent until it was taken over or given up. */
export const deliveryProcess: ProcessManager<Delivery, SendLink> = {
  name: 'send-link',
  nextStep: (state) =>
    state.status === 'started'
      ? { type: 'send-link', link: newestLink(state), attempt: (state.trouble?.attempts ?? 0) + 1 }
      : undefined,
};
