import type { LinkTerms } from '../domain/delivery/delivery.messages.ts';

/** What links are good for, as configured. */
export interface LinkPolicy {
  readonly linkTtlMs: number;
  readonly maxViews: number;
}

export const linkTerms = ({ linkTtlMs, maxViews }: LinkPolicy, now: Date): LinkTerms => ({
  linkExpiresAt: new Date(now.getTime() + linkTtlMs).toISOString(),
  maxViews,
});
