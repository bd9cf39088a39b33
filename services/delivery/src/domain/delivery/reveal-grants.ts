import { deriveId } from '@keyledger/event-sourcing';
import type { Link } from './delivery.state.ts';

/**
 * The grant for one view of a link: the same for everybody who asks for that view, at the same moment or after a crash. The
 * vault gives each grant to one recipient, so it is the vault that decides between them.
 */
const grantOf = (deliveryId: string, { number }: Link, view: number): string =>
  deriveId('revealGrant', deliveryId, number, view);

/**
 * The grants under which `recipient` may get the key of a link, in the order in which to try them: for a repetition that of
 * the first time; else those that are left, and those of which only the vault knows who got them.
 */
export const grantsFor = (deliveryId: string, link: Link, recipient: string): readonly string[] => {
  const { views, maxViews } = link;
  const earlier = views.find((view) => view.recipient === recipient);
  if (earlier !== undefined) return [earlier.grantId];
  const used = new Set(views.map(({ grantId }) => grantId));
  const left = Array.from({ length: maxViews }, (_, index) => grantOf(deliveryId, link, index + 1))
    .filter((grantId) => !used.has(grantId))
    .slice(0, Math.max(0, maxViews - views.length));
  const unknown = views.filter((view) => view.recipient === undefined).map(({ grantId }) => grantId);
  return [...unknown, ...left];
};
