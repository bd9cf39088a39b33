import { AppError } from '@keyledger/errors';
import { servicePrincipal } from '@keyledger/messaging';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { deliveryIdOf } from '../src/domain/delivery/delivery.process.ts';
import { ComponentRig } from './component-rig.ts';
import {
  admin,
  askAs,
  claimant,
  config,
  email,
  keyRequestResumed,
  keyRequestRetried,
  leaseId,
  leaseIssued,
  newRecipientKey,
  requestId,
  stranger,
  tokenIn,
} from './examples.ts';

const HOUR_MS = 60 * 60 * 1000;
const deliveryId = deliveryIdOf(leaseId, 1);
const deliverySubject = { deliveryId, requestId, leaseId, channel: 'emailLink' };

let rig: ComponentRig;

beforeEach(async () => {
  rig = new ComponentRig();
  await rig.start();
  rig.vaultAnswers(() => Promise.resolve({ outcome: 'accepted', result: { jwe: 'a.sealed.key', mask: 'sk-K…9fQ2' } }));
});

const deliveryView = async (principal = admin) => {
  const { deliveries } = await rig.client.FindDeliveriesByRequest({ requestId }, askAs(principal));
  return deliveries;
};

const lastToken = (): string => tokenIn(rig.mailer.received.at(-1)?.text ?? '');

const open = (token = lastToken(), principal = claimant) =>
  rig.client.OpenLink({ token, recipientKey: newRecipientKey() }, askAs(principal));

describe('a lease that was issued', () => {
  it('is delivered by a mail with a link', async () => {
    await rig.deliver(leaseIssued());
    await rig.settle();
    expect(rig.mailer.received).toHaveLength(1);
    expect(rig.mailer.received[0]).toMatchObject({
      to: [email],
      subject: 'Your API key for gpt-4o-mini is ready',
      text: expect.stringContaining(`${config.publicUrl}/claim/${lastToken()}`),
    });
    expect(await rig.published()).toEqual([
      { type: 'DeliveryStarted', data: deliverySubject },
      { type: 'DeliverySucceeded', data: { ...deliverySubject, generation: 1 } },
    ]);
    expect(await deliveryView()).toEqual([
      {
        ...deliverySubject,
        recipient: email,
        status: 'succeeded',
        startedAt: rig.now.toISOString(),
        succeededAt: rig.now.toISOString(),
        link: { state: 'unopened', expiresAt: '2026-12-04T08:00:00.000Z' },
      },
    ]);
  });

  it('is delivered once, however often the event comes', async () => {
    const event = leaseIssued();
    await rig.deliver(event);
    await rig.deliver(event, 2);
    await rig.start();
    await rig.deliver(event, 3);
    expect(rig.mailer.received).toHaveLength(1);
    expect(await rig.storedTypes()).toEqual(['DeliveryStarted', 'DeliverySucceeded']);
  });

  it('is told of again when the request is taken up again, and no mail is sent', async () => {
    await rig.deliver(leaseIssued());
    await rig.settle();
    await rig.deliver(keyRequestResumed());
    expect(rig.announcer.announced.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'DeliverySucceeded', data: { ...deliverySubject, generation: 1 } },
    ]);
    for (const event of rig.announcer.announced) await rig.deliver(event);
    expect(rig.mailer.received).toHaveLength(1);
  });

  it('is delivered once when it is told of again', async () => {
    await rig.deliver(keyRequestResumed());
    expect(rig.announcer.announced).toEqual([]);
    const event = leaseIssued();
    await rig.deliver(event);
    await rig.deliver(event);
    expect(rig.mailer.received).toHaveLength(1);
  });

  it('leaves events that name the request, the cause and the service', async () => {
    const event = leaseIssued();
    await rig.deliver(event);
    for (const { metadata } of await rig.stored())
      expect(metadata).toMatchObject({
        correlationId: requestId,
        causationId: event.id,
        actor: { id: 'service:delivery' },
      });
  });

  it('is delivered anew in its next generation', async () => {
    await rig.deliver(leaseIssued());
    await rig.deliver(leaseIssued({ generation: 2 }));
    await rig.settle();
    expect(rig.mailer.received).toHaveLength(2);
    expect((await deliveryView()).map((view) => view.deliveryId)).toEqual([deliveryId, deliveryIdOf(leaseId, 2)]);
  });

  it('fails with its cause when the server refuses the mail', async () => {
    rig.mailer.next('refuses');
    await rig.deliver(leaseIssued());
    await rig.settle();
    const message = 'The mail server refused the mail (550).';
    expect(await rig.published()).toContainEqual({
      type: 'DeliveryFailed',
      data: { ...deliverySubject, cause: 'smtp-550', message },
    });
    expect(await deliveryView()).toMatchObject([{ status: 'failed', failure: { cause: 'smtp-550', message } }]);
  });

  it('fails when the channel is none that we have', async () => {
    await rig.deliver(leaseIssued({ delivery: { channel: 'pigeon' } }));
    expect(await rig.storedTypes()).toEqual(['DeliveryStarted', 'DeliveryFailed']);
    expect(rig.mailer.received).toEqual([]);
  });

  it('fails when the owner is no mail address', async () => {
    await rig.deliver(leaseIssued({ owner: 'ada@example.com\r\nBcc: eve@example.com' }));
    expect(await rig.published()).toContainEqual({
      type: 'DeliveryFailed',
      data: expect.objectContaining({ cause: 'recipient-malformed' }),
    });
  });
});

describe('a mail server that does not take the mail', () => {
  it('is asked again until it does, with the same mail', async () => {
    const event = leaseIssued();
    rig.mailer.next('is-away', 'postpones', 'takes-and-drops');
    for (const [index, cause] of ['smtp-unreachable', 'smtp-451', 'smtp-connection-lost'].entries()) {
      await expect(rig.deliver(event)).rejects.toMatchObject({
        code: 'unavailable',
        detail: { cause },
        retryAfterMs: 1000 * 2 ** index,
      });
      rig.advance(60_000);
    }
    await rig.settle();
    expect(await deliveryView()).toMatchObject([
      { status: 'started', trouble: { attempts: 3, cause: 'smtp-connection-lost' } },
    ]);
    await rig.deliver(event);
    expect(rig.mailer.received).toHaveLength(2);
    expect(rig.mailer.received[1]).toEqual(rig.mailer.received[0]);
    expect(await deliveryView()).toMatchObject([{ status: 'succeeded' }]);
    expect((await deliveryView())[0]).not.toHaveProperty('trouble');
  });

  it('is given up at the end of the window', async () => {
    const event = leaseIssued();
    rig.mailer.next('is-away', 'is-away');
    await expect(rig.deliver(event)).rejects.toThrow(AppError);
    rig.advance(24 * HOUR_MS);
    await rig.deliver(event);
    expect(await rig.published()).toContainEqual({
      type: 'DeliveryFailed',
      data: { ...deliverySubject, cause: 'smtp-unreachable', message: 'The mail server could not be reached.' },
    });
  });
});

describe('a failed delivery', () => {
  beforeEach(async () => {
    rig.mailer.next('refuses');
    await rig.deliver(leaseIssued());
    await rig.settle();
  });

  it('is taken up again with a new link when the request is retried', async () => {
    await rig.deliver(keyRequestRetried('delivery'));
    await rig.settle();
    expect(rig.mailer.received).toHaveLength(1);
    expect(await deliveryView()).toMatchObject([{ status: 'succeeded', link: { state: 'unopened' } }]);
    expect((await open()).outcome).toBe('accepted');
  });

  it('is taken up once by one retry', async () => {
    const retried = keyRequestRetried('delivery');
    rig.mailer.next('refuses');
    await rig.deliver(retried);
    await rig.settle();
    await rig.deliver(retried, 2);
    await rig.settle();
    expect((await rig.storedTypes()).filter((type) => type === 'DeliveryRetried')).toHaveLength(1);
    expect(rig.mailer.received).toEqual([]);
  });

  it('is left alone when the issuing is retried', async () => {
    await rig.deliver(keyRequestRetried('issuing'));
    expect(await rig.storedTypes()).not.toContain('DeliveryRetried');
  });
});

it('a retry of an unknown delivery fails, so that it comes again', async () => {
  await expect(rig.deliver(keyRequestRetried('delivery'))).rejects.toMatchObject({ code: 'not-found' });
});

describe('the deliveries of a request', () => {
  beforeEach(async () => {
    await rig.deliver(leaseIssued());
    await rig.settle();
  });

  it.each([
    ['an administrator', admin],
    ['a reviewer', { ...admin, roles: ['reviewer' as const] }],
    ['an auditor', { ...admin, roles: ['auditor' as const] }],
    ['a service', servicePrincipal('gateway')],
    ['whoever proved the claim code', claimant],
  ])('are shown to %s', async (_who, principal) => {
    expect(await deliveryView(principal)).toHaveLength(1);
  });

  it.each([
    ['a stranger', stranger],
    ['a member', { ...admin, roles: ['member' as const] }],
    ['whoever proved the code of another request', { ...claimant, requestId: leaseId }],
    ['whoever only names the request', { ...claimant, proof: 'address' as const }],
    ['an administrator of whom nothing is known but an address', { ...admin, proof: 'address' as const }],
  ])('are not shown to %s', async (_who, principal) => {
    expect(await deliveryView(principal)).toEqual([]);
  });
});
