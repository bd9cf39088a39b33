import { beforeEach, describe, expect, it } from '@jest/globals';
import { LeaseExpiryReminderDue, LeaseThresholdReached, LeaseUnused } from '@keyledger/contracts-vault';
import {
  leaseExpiryReminderDueExample,
  leaseThresholdReachedExample,
  leaseUnusedExample,
} from '@keyledger/contracts-vault/testing';
import type { IntegrationEvent } from '@keyledger/messaging';
import { ComponentRig } from './component-rig.ts';
import { eventOf } from './examples.ts';

let rig: ComponentRig;

beforeEach(async () => {
  rig = new ComponentRig();
  await rig.start();
});

const { leaseId, owner } = leaseUnusedExample;

const thresholdReached = (change: object = {}): IntegrationEvent =>
  eventOf(LeaseThresholdReached, leaseId, { ...leaseThresholdReachedExample, ...change });
const unused = (change: object = {}): IntegrationEvent =>
  eventOf(LeaseUnused, leaseId, { ...leaseUnusedExample, ...change });
const reminderDue = (change: object = {}): IntegrationEvent =>
  eventOf(LeaseExpiryReminderDue, leaseId, { ...leaseExpiryReminderDueExample, ...change });

describe('the owner of a key', () => {
  it('is told how much of the budget is spent', async () => {
    await rig.deliver(thresholdReached());
    expect(rig.mailer.received).toMatchObject([
      {
        to: [owner],
        subject: 'Your API key for gpt-4o-mini has spent 50 % of its budget',
        text: expect.stringMatching(
          /has spent \$13\.00: .* 50 % of its budget of \$25\.00[^]*1 December 2026 at 00:00 UTC/,
        ),
      },
    ]);
    expect(await rig.storedTypes()).toEqual(['NotificationStarted', 'NotificationSent']);
  });

  it('is told of a soft budget by its name', async () => {
    await rig.deliver(thresholdReached({ budgetKind: 'soft', percent: 100, budgetUsd: 10 }));
    expect(rig.mailer.received[0]?.subject).toMatch(/has spent 100 % of its soft budget$/);
  });

  it('is told that the key is not used, and since when', async () => {
    await rig.deliver(unused());
    expect(rig.mailer.received).toMatchObject([
      {
        to: [owner],
        subject: 'Your API key for gpt-4o-mini has not been used for 7 days',
        text: expect.stringMatching(/not been used for 7 days[^]*22 November 2026/),
      },
    ]);
  });

  it('is reminded before the key expires', async () => {
    await rig.deliver(reminderDue());
    await rig.deliver(reminderDue({ daysLeft: 1 }));
    expect(rig.mailer.received.map(({ subject }) => subject)).toEqual([
      'Your API key for gpt-4o-mini ends in 3 days',
      'Your API key for gpt-4o-mini ends in 1 day',
    ]);
    expect(rig.mailer.received[0]?.text).toContain('21 December 2026 at 08:00 UTC');
  });

  it('is told once, however often the event comes', async () => {
    const event = unused();
    await rig.deliver(event);
    await rig.start();
    await rig.deliver(event, 2);
    expect(rig.mailer.received).toHaveLength(1);
  });

  it('is told of a key that nobody requested, under the name of its lease', async () => {
    await rig.deliver(unused({ requestId: undefined, mask: undefined, lastUsedAt: undefined }));
    const [mail] = rig.mailer.received;
    expect(mail?.text).toContain(leaseId);
    expect(mail?.text).not.toMatch(/Request:|Key:|undefined/);
    expect((await rig.stored())[0]?.data).toMatchObject({ leaseId, kind: 'key-unused', recipient: owner });
  });

  it('is left alone when it is no address', async () => {
    for (const event of [
      thresholdReached({ owner: 'system' }),
      unused({ owner: 'system' }),
      reminderDue({ owner: 'ci' }),
    ])
      await rig.deliver(event);
    expect(rig.mailer.received).toEqual([]);
    expect(await rig.stored()).toEqual([]);
  });
});
