import { type AppendResult, type EventStore } from '@keyledger/event-sourcing';
import type { IntegrationEvent } from '@keyledger/messaging';
import { describe, expect, it } from '@jest/globals';
import { ComponentRig } from './component-rig.ts';
import { GrantKeepingVault } from './grant-keeping-vault.ts';
import { askAs, claimant, keyRequestSentToReview, leaseIssued, newRecipientKey, tokenIn } from './examples.ts';

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
      readStreams: (...what) => store.readStreams(...what),
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
  rig.client.OpenLink({ token, recipientKey: newRecipientKey() }, askAs(claimant));

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
  const cutOff = async (moment: Moment) => {
    const rig = new ComponentRig(dyingAt(3, moment));
    const vault = new GrantKeepingVault();
    await digest(rig, leaseIssued());
    rig.vaultAnswers((input) => Promise.resolve(vault.reveal(input)));
    const token = tokenIn(rig.mailer.received[0]?.text ?? '');
    const recipientKey = newRecipientKey();
    const repeat = () => rig.client.OpenLink({ token, recipientKey }, askAs(claimant));
    await expect(repeat()).rejects.toMatchObject({ code: 'internal' });
    await rig.start();
    return { rig, vault, token, recipientKey, repeat };
  };

  it.each(moments)('%s, gives the key to whoever repeats it, revealed once and opened once', async (moment) => {
    const { rig, vault, recipientKey, repeat } = await cutOff(moment);
    expect(await repeat()).toMatchObject({
      outcome: moment === 'before it is written' ? 'accepted' : 'ignored',
      result: { jwe: `sealed to ${recipientKey.x}` },
    });
    expect(vault.reveals).toBe(1);
    expect((await rig.storedTypes()).filter((type) => type === 'LinkOpened')).toHaveLength(1);
  });

  it.each(moments)('%s, gives the key to nobody else, and the link counts as opened', async (moment) => {
    const { rig, vault, token, repeat } = await cutOff(moment);
    expect(await open(rig, token)).toMatchObject({ outcome: 'refused', code: 'link-already-opened' });
    expect(vault.reveals).toBe(1);
    expect(await rig.client.GetLink({ token }, askAs(claimant))).toMatchObject({ state: 'opened' });
    expect(await repeat()).toMatchObject({ outcome: 'ignored' });
    expect((await rig.storedTypes()).filter((type) => type === 'LinkOpened')).toHaveLength(1);
  });

  it('names the service, not whoever came next, where it is recorded afterwards', async () => {
    const { rig, token } = await cutOff('before it is written');
    await open(rig, token);
    const opened = (await rig.stored()).find(({ type }) => type === 'LinkOpened');
    expect(opened?.metadata.actor).toMatchObject({ id: 'service:delivery' });
    expect(opened?.data).not.toHaveProperty('recipient');
  });
});
