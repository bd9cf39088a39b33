import { describe, expect, it } from '@jest/globals';
import { subject } from './delivery.examples.ts';
import type { Link, View } from './delivery.state.ts';
import { grantsFor } from './reveal-grants.ts';

const { deliveryId } = subject;

const linkWith = (maxViews: number, views: readonly View[] = [], number = 1): Link => ({
  number,
  issuedAt: '2026-12-01T08:00:00.000Z',
  expiresAt: '2026-12-04T08:00:00.000Z',
  maxViews,
  views,
});

describe('the grants under which a link may be opened', () => {
  const [first = '', second = '', third = ''] = grantsFor(deliveryId, linkWith(3), 'anybody');

  it('are the same for everybody who opens it, one per view', () => {
    expect(grantsFor(deliveryId, linkWith(3), 'somebody else')).toEqual([first, second, third]);
    expect(new Set([first, second, third]).size).toBe(3);
  });

  it('are others for another link and another delivery', () => {
    expect(grantsFor(deliveryId, linkWith(1, [], 2), 'anybody')).not.toEqual([first]);
    expect(grantsFor(subject.leaseId, linkWith(1), 'anybody')).not.toEqual([first]);
  });

  it('are those that are left', () => {
    const link = linkWith(2, [{ grantId: first, recipient: 'ada' }]);
    expect(grantsFor(deliveryId, link, 'somebody else')).toEqual([second]);
    expect(grantsFor(deliveryId, linkWith(1, link.views), 'somebody else')).toEqual([]);
  });

  it('are for a repetition that of the first time', () =>
    expect(grantsFor(deliveryId, linkWith(2, [{ grantId: first, recipient: 'ada' }]), 'ada')).toEqual([first]));

  it('are also those of which only the vault knows who got them', () =>
    expect(grantsFor(deliveryId, linkWith(2, [{ grantId: first }]), 'ada')).toEqual([first, second]));

  it('are not more than there are views, also when views were recorded under other grants', () => {
    const views = [{ grantId: '0193a000-0000-7000-8000-00000000000a', recipient: 'eve' }];
    expect(grantsFor(deliveryId, linkWith(1, views), 'ada')).toEqual([]);
    expect(grantsFor(deliveryId, linkWith(2, views), 'ada')).toEqual([first]);
  });
});
