import { newId } from '@keyledger/event-sourcing';
import type { IntegrationEvent } from '@keyledger/messaging';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { deliveryIdOf } from '../src/domain/delivery/delivery.process.ts';
import { type DeliveryStack, revealed, startStack } from './delivery-stack.ts';
import {
  admin,
  askAs,
  claimant,
  keyRequestSentToReview,
  leaseIssued,
  newRecipientKey,
  stranger,
  tokenIn,
} from './examples.ts';

jest.setTimeout(60_000);

let stack: DeliveryStack;

beforeAll(async () => {
  stack = await startStack();
  await stack.startReplica();
  await stack.startReplica();
});

afterAll(() => stack.stop());

beforeEach(() => {
  stack.vault.reveal = () => Promise.resolve(revealed);
  stack.mailbox.faults.clear();
});

/** A lease of its own, whose mail goes to an address of its own. */
const newLease = () => {
  const ids = { requestId: newId(), leaseId: newId() };
  const owner = `${ids.requestId}@example.com`;
  const deliveryId = deliveryIdOf(ids.leaseId, 1);
  const issued = { ...leaseIssued({ ...ids, owner }), correlationId: ids.requestId };
  const mails = () => stack.mailbox.messages().filter(({ to }) => to.includes(owner));
  const isOurs = ({ data }: IntegrationEvent) => (data as { deliveryId?: string }).deliveryId === deliveryId;
  return {
    ...ids,
    owner,
    deliveryId,
    issued,
    mails,
    mail: () => stack.mailbox.received(({ to }) => to.includes(owner)),
    published: (type: string, nth = 1) => stack.published((event) => event.type === type && isOurs(event), nth),
    types: () => stack.heard.filter(isOurs).map(({ type }) => type),
    open: (token: string) =>
      stack.client.OpenLink(
        { token, recipientKey: newRecipientKey() },
        askAs({ ...claimant, requestId: ids.requestId }),
      ),
    /** The list follows within moments; how its deliveries stand is always up to date. */
    deliveries: async () => {
      for (;;) {
        const { deliveries } = await stack.client.FindDeliveriesByRequest({ requestId: ids.requestId }, askAs(admin));
        if (deliveries.length > 0) return deliveries;
      }
    },
  };
};

describe('delivery with two replicas', () => {
  it('delivers a lease by mail and opens its link once', async () => {
    const lease = newLease();
    await stack.leaseIssued(lease.issued);
    const succeeded = await lease.published('DeliverySucceeded');
    expect(succeeded).toMatchObject({ correlationId: lease.requestId, streamId: lease.deliveryId });
    const [mail] = lease.mails();
    expect(mail?.headers).toMatchObject({
      'message-id': `<${lease.deliveryId}.1@keys.example.com>`,
      'auto-submitted': 'auto-generated',
    });
    const token = tokenIn(mail?.text ?? '');
    expect(mail?.html).toContain(`https://keys.example.com/claim/${token}`);
    expect(await stack.client.GetLink({ token }, askAs(stranger))).toMatchObject({ state: 'unopened' });
    expect(await lease.open(token)).toMatchObject({ outcome: 'accepted', result: { jwe: 'a.sealed.key' } });
    expect(await lease.open(token)).toMatchObject({ outcome: 'refused', code: 'link-already-opened' });
    await lease.published('LinkOpened');
    expect(await lease.deliveries()).toMatchObject([{ status: 'succeeded', link: { state: 'opened' } }]);
    expect(lease.types()).toEqual(['DeliveryStarted', 'DeliverySucceeded', 'LinkOpened']);
  });

  it('delivers many leases, each once', async () => {
    const leases = Array.from({ length: 40 }, newLease);
    await Promise.all(leases.map(({ issued }) => stack.leaseIssued(issued)));
    await Promise.all(leases.map(({ published }) => published('DeliverySucceeded')));
    for (const lease of leases) {
      expect(lease.mails()).toHaveLength(1);
      expect(lease.types()).toEqual(['DeliveryStarted', 'DeliverySucceeded']);
    }
  });

  it('gives the key to one of many who open the link at once', async () => {
    const lease = newLease();
    await stack.leaseIssued(lease.issued);
    const token = tokenIn((await lease.mail()).text);
    const replies = await Promise.all(Array.from({ length: 12 }, () => lease.open(token)));
    expect(replies.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    expect(replies.filter((reply) => reply.outcome === 'refused' && reply.code === 'link-already-opened')).toHaveLength(
      11,
    );
  });

  it('sends the link again when told so', async () => {
    const lease = newLease();
    await stack.leaseIssued(lease.issued);
    const first = tokenIn((await lease.mail()).text);
    await lease.published('DeliverySucceeded');
    const { deliveryId } = lease;
    expect(await stack.client.ResendLink({ deliveryId }, askAs(admin))).toMatchObject({ outcome: 'accepted' });
    await lease.published('DeliverySucceeded', 2);
    const second = tokenIn(lease.mails()[1]?.text ?? '');
    expect(await lease.open(first)).toMatchObject({ outcome: 'refused', code: 'link-superseded' });
    expect((await lease.open(second)).outcome).toBe('accepted');
  });

  it('tells requester and reviewers about a review', async () => {
    const event = keyRequestSentToReview(['rita@example.com']);
    await stack.keyRequestEvent(event);
    await stack.mailbox.received(({ to }) => to.includes('rita@example.com'));
    await stack.mailbox.received(({ subject }) => subject === 'Your request for gpt-4o-mini is being reviewed');
  });
});

describe('a mail server in trouble', () => {
  it.each(['reject-4xx', 'drop-after-data', 'drop-after-commit'] as const)(
    '(%s) gets the same mail again',
    async (fault) => {
      const lease = newLease();
      stack.mailbox.faults.add({ do: fault });
      await stack.leaseIssued(lease.issued);
      await lease.published('DeliverySucceeded');
      const mails = lease.mails().map(({ text, html, headers }) => JSON.stringify([text, html, headers]));
      expect(new Set(mails).size).toBe(1);
      expect(mails).toHaveLength(fault === 'drop-after-commit' ? 2 : 1);
      expect((await lease.open(tokenIn(lease.mails()[0]?.text ?? ''))).outcome).toBe('accepted');
    },
  );

  it('that refuses the mail ends the delivery with its cause', async () => {
    const lease = newLease();
    stack.mailbox.faults.add({ do: 'reject-5xx' });
    await stack.leaseIssued(lease.issued);
    const failed = await lease.published('DeliveryFailed');
    expect(failed.data).toMatchObject({ cause: 'smtp-550', message: 'The mail server refused the mail (550).' });
    expect(await lease.deliveries()).toMatchObject([{ status: 'failed', failure: { cause: 'smtp-550' } }]);
  });
});
