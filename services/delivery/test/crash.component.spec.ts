import type { OpenLink } from '@keyledger/contracts-delivery';
import { type AppendResult, type EventStore } from '@keyledger/event-sourcing';
import type { InputOf, IntegrationEvent } from '@keyledger/messaging';
import { describe, expect, it } from '@jest/globals';
import { ComponentRig } from './component-rig.ts';
import { askAs, claimant, keyRequestSentToReview, leaseIssued, recipientKey, tokenIn } from './examples.ts';

class Crash extends Error {
  override readonly name = 'Crash';
}

type Moment = 'before it is written' | 'after it was written';

/** Lets the process die at its nth append. */
const dyingAt =
  (nth: number, moment: Moment) =>
  (store: EventStore): EventStore => {
    let appends = 0;
    const append = async (...what: Parameters<EventStore['append']>): Promise<AppendResult> => {
      appends += 1;
      if (appends !== nth) return store.append(...what);
      if (moment === 'after it was written') await store.append(...what);
      throw new Crash(`at append ${nth}`);
    };
    return {
      append,
      readStream: (...what) => store.readStream(...what),
      readAll: (...what) => store.readAll(...what),
      subscribe: (...what) => store.subscribe(...what),
      ping: () => store.ping(),
      close: () => store.close(),
    };
  };

const moments: readonly Moment[] = ['before it is written', 'after it was written'];

const cases = (appends: readonly number[]) => appends.flatMap((nth) => moments.map((moment) => [nth, moment] as const));

/** Delivers the event until it is digested, with a new process after each crash. */
const digest = async (rig: ComponentRig, event: IntegrationEvent): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    await rig.start();
    try {
      await rig.deliver(event, attempt);
      return await rig.settle();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
};

const open = (rig: ComponentRig, token: string) =>
  rig.client.OpenLink({ token, recipientKey } as InputOf<typeof OpenLink>, askAs(claimant));

const expectOneWorkingLink = async (rig: ComponentRig): Promise<void> => {
  expect(new Set(rig.mailer.received.map((mail) => JSON.stringify(mail))).size).toBe(1);
  rig.vaultAnswers(() => Promise.resolve({ outcome: 'accepted', result: { jwe: 'sealed', mask: '****' } }));
  const token = tokenIn(rig.mailer.received[0]?.text ?? '');
  expect((await open(rig, token)).outcome).toBe('accepted');
  expect((await open(rig, token)).outcome).toBe('refused');
};

describe('a delivery that is cut off', () => {
  it.each(cases([1, 2]))('at append %i, %s, ends with one mail and one working link', async (nth, moment) => {
    const rig = new ComponentRig(dyingAt(nth, moment));
    await digest(rig, leaseIssued());
    expect(await rig.storedTypes()).toEqual(['DeliveryStarted', 'DeliverySucceeded']);
    await expectOneWorkingLink(rig);
  });

  it('when a failed attempt is recorded, goes on', async () => {
    for (const moment of moments) {
      const rig = new ComponentRig(dyingAt(2, moment));
      rig.mailer.next('refuses', 'refuses');
      await digest(rig, leaseIssued());
      expect((await rig.storedTypes()).filter((type) => type === 'DeliveryFailed')).toHaveLength(1);
    }
  });
});

describe('an event that two replicas get at once', () => {
  it('leads to one delivery, one mail and one working link', async () => {
    const rig = new ComponentRig();
    await rig.start();
    const event = leaseIssued();
    await Promise.all([rig.deliver(event), rig.deliver(event), rig.deliver(event)]);
    expect(await rig.storedTypes()).toEqual(['DeliveryStarted', 'DeliverySucceeded']);
    await expectOneWorkingLink(rig);
  });
});

describe('a notification that is cut off', () => {
  it.each(cases([1, 2, 3, 4]))('at append %i, %s, tells each person the same', async (nth, moment) => {
    const rig = new ComponentRig(dyingAt(nth, moment));
    await digest(rig, keyRequestSentToReview(['rita@example.com']));
    expect(new Set(rig.mailer.received.map((mail) => JSON.stringify(mail))).size).toBe(2);
    expect((await rig.storedTypes()).filter((type) => type === 'NotificationSent')).toHaveLength(2);
  });
});

describe('an opening that is cut off', () => {
  it('before it is recorded leaves the link as it was, and answers with nothing', async () => {
    const rig = new ComponentRig(dyingAt(3, 'before it is written'));
    await digest(rig, leaseIssued());
    rig.vaultAnswers(() => Promise.resolve({ outcome: 'accepted', result: { jwe: 'sealed', mask: '****' } }));
    const token = tokenIn(rig.mailer.received[0]?.text ?? '');
    await expect(open(rig, token)).rejects.toMatchObject({ code: 'internal' });
    expect((await open(rig, token)).outcome).toBe('accepted');
  });
});
