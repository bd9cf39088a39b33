import { beforeEach, describe, expect, it } from '@jest/globals';
import { LeaseRotated } from '@keyledger/contracts-vault';
import { deliveryIdOf } from '../src/domain/delivery/delivery.process.ts';
import { ComponentRig } from './component-rig.ts';
import {
  admin,
  askAs,
  claimant,
  email,
  eventOf,
  gatewayUrl,
  leaseId,
  leaseIssued,
  newRecipientKey,
  requestId,
  tokenIn,
} from './examples.ts';
import { GrantKeepingVault } from './grant-keeping-vault.ts';

const leaseRotated = (request: string | undefined = requestId, endsAt = '2026-12-02T08:00:00.000Z') =>
  eventOf(LeaseRotated, leaseId, {
    leaseId,
    ...(request === undefined ? {} : { requestId: request }),
    generation: 2,
    issuer: 'litellm',
    owner: email,
    modelIds: ['gpt-4o-mini'],
    mask: 'sk-b...wxyz',
    delivery: { channel: 'emailLink' },
    gatewayUrl,
    retiring: { generation: 1, endsAt },
  });

let rig: ComponentRig;
let vault: GrantKeepingVault;

beforeEach(async () => {
  rig = new ComponentRig();
  await rig.start();
  vault = new GrantKeepingVault();
  rig.vaultAnswers((input) => Promise.resolve(vault.reveal(input)));
  await rig.deliver(leaseIssued());
  await rig.settle();
});

const lastToken = (): string => tokenIn(rig.mailer.received.at(-1)?.text ?? '');

const open = (token = lastToken()) => rig.client.OpenLink({ token, recipientKey: newRecipientKey() }, askAs(claimant));

describe('a lease that was rotated', () => {
  it('has a delivery of its own for the successor, with a link that the same claim code opens', async () => {
    const before = lastToken();
    await rig.deliver(leaseRotated());
    await rig.settle();
    expect(rig.mailer.received).toHaveLength(2);
    expect(lastToken()).not.toBe(before);
    expect(await open()).toMatchObject({ outcome: 'accepted' });
    const { deliveries } = await rig.client.FindDeliveriesByRequest({ requestId }, askAs(admin));
    expect(deliveries.map(({ deliveryId }) => deliveryId)).toEqual([1, 2].map((each) => deliveryIdOf(leaseId, each)));
  });

  it('is delivered with the time until which the key before works', async () => {
    await rig.deliver(leaseRotated());
    await rig.settle();
    const { text, html } = rig.mailer.received.at(-1) ?? {};
    for (const part of [text, html]) expect(part).toMatch(/your key before, which works until .*2 December 2026/);
    expect(rig.mailer.received[0]?.text).not.toContain('your key before');
  });

  it('is delivered with the news that the key before works no longer, when its time is over', async () => {
    await rig.deliver(leaseRotated(requestId, '2026-11-01T08:00:00.000Z'));
    await rig.settle();
    expect(rig.mailer.received.at(-1)?.text).toContain('your key before, which works no longer.');
  });

  it('is delivered once, however often the event comes', async () => {
    const event = leaseRotated();
    await rig.deliver(event);
    await rig.start();
    await rig.deliver(event, 2);
    expect(rig.mailer.received).toHaveLength(2);
  });

  it('makes the link to the key before worthless, and sends it to nobody any more', async () => {
    const before = lastToken();
    await rig.deliver(leaseRotated());
    await rig.settle();
    expect(await rig.client.GetLink({ token: before }, askAs(claimant))).toMatchObject({ state: 'superseded' });
    expect(await open(before)).toMatchObject({ outcome: 'refused', code: 'link-superseded' });
    const resend = rig.client.ResendLink({ deliveryId: deliveryIdOf(leaseId, 1) }, askAs(admin));
    expect(await resend).toMatchObject({ outcome: 'refused', code: 'delivery-superseded' });
    expect(await open()).toMatchObject({ outcome: 'accepted' });
  });

  it('tells which key was delivered', async () => {
    await rig.deliver(leaseRotated());
    await rig.settle();
    const succeeded = (await rig.published()).filter(({ type }) => type === 'DeliverySucceeded');
    expect(succeeded.map(({ data }) => (data as { generation?: number }).generation)).toEqual([1, 2]);
  });

  it('is left alone without a request: its owner fetches the key', async () => {
    const { data, ...event } = leaseRotated();
    const { requestId: _none, ...rest } = data as { requestId: string };
    await rig.deliver({ ...event, data: rest });
    expect(rig.mailer.received).toHaveLength(1);
  });
});

describe('a link to a key that is not given out', () => {
  it('opens the key that it was made for and no successor, and says where that is', async () => {
    const asked: (number | undefined)[] = [];
    rig.vaultAnswers((input) => {
      asked.push(input.generation);
      return Promise.resolve({ outcome: 'refused', code: 'key-superseded', message: 'No' });
    });
    expect(await open()).toMatchObject({
      ...{ outcome: 'refused', code: 'link-superseded' },
      message: expect.stringContaining('latest mail'),
    });
    expect(asked).toEqual([1]);
  });

  it.each(['lease-suspended', 'lease-ended'] as const)('says so, and stays unopened: %s', async (code) => {
    rig.vaultAnswers(() => Promise.resolve({ outcome: 'refused', code, message: 'No' }));
    expect(await open()).toMatchObject({ outcome: 'refused', code, message: expect.stringContaining('key behind') });
    rig.vaultAnswers((input) => Promise.resolve(vault.reveal(input)));
    expect(await open()).toMatchObject({ outcome: 'accepted' });
  });
});
