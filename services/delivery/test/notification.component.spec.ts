import { beforeEach, describe, expect, it } from '@jest/globals';
import { ComponentRig } from './component-rig.ts';
import { email, keyRequestDenied, keyRequestSentToReview, requestId } from './examples.ts';

let rig: ComponentRig;

beforeEach(async () => {
  rig = new ComponentRig();
  await rig.start();
});

const recipients = () => rig.mailer.received.flatMap(({ to }) => to);

describe('a denied request', () => {
  it('is told to the requester with the reason', async () => {
    await rig.deliver(keyRequestDenied('Not for coursework'));
    expect(rig.mailer.received).toMatchObject([
      {
        to: [email],
        subject: 'Your request for gpt-4o-mini was denied',
        text: expect.stringContaining('> Not for coursework'),
      },
    ]);
    expect(await rig.storedTypes()).toEqual(['NotificationStarted', 'NotificationSent']);
  });

  it('is told once', async () => {
    const event = keyRequestDenied('No');
    await rig.deliver(event);
    await rig.start();
    await rig.deliver(event, 2);
    expect(recipients()).toEqual([email]);
  });

  it('is told later when the mail server is away', async () => {
    const event = keyRequestDenied('No');
    rig.mailer.next('is-away', 'takes-and-drops');
    await expect(rig.deliver(event)).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 1000 });
    await expect(rig.deliver(event)).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 2000 });
    await rig.deliver(event);
    expect(rig.mailer.received).toHaveLength(2);
    expect(rig.mailer.received[1]).toEqual(rig.mailer.received[0]);
  });

  it('is given up when the server refuses the mail', async () => {
    rig.mailer.next('refuses');
    await rig.deliver(keyRequestDenied('No'));
    expect(await rig.storedTypes()).toEqual(['NotificationStarted', 'NotificationAttemptFailed', 'NotificationFailed']);
  });
});

describe('a request in review', () => {
  it('is told to the requester and to each reviewer', async () => {
    await rig.deliver(keyRequestSentToReview(['rita@example.com', 'rob@example.com']));
    expect(recipients().sort()).toEqual([email, 'rita@example.com', 'rob@example.com']);
    const forReviewer = rig.mailer.received.find(({ to }) => to.includes('rita@example.com'));
    expect(forReviewer?.subject).toBe(`Review needed: ${email} asks for gpt-4o-mini`);
    for (const part of [requestId, '> For my thesis', '> Large models are reviewed', '/approve', '/deny'])
      expect(forReviewer?.text).toContain(part);
  });

  it('is told to a reviewer who is named twice once', async () => {
    await rig.deliver(keyRequestSentToReview(['rita@example.com', 'rita@example.com']));
    expect(recipients().sort()).toEqual([email, 'rita@example.com']);
  });

  it('is told in both roles to somebody who reviews and asked', async () => {
    await rig.deliver(keyRequestSentToReview([email]));
    expect(rig.mailer.received.map(({ subject }) => subject).sort()).toEqual([
      `Review needed: ${email} asks for gpt-4o-mini`,
      'Your request for gpt-4o-mini is being reviewed',
    ]);
  });

  it('is told to the others when the mail to one of them is trouble', async () => {
    const event = keyRequestSentToReview(['rita@example.com', 'rob@example.com']);
    rig.mailer.next('takes', 'is-away', 'takes');
    await expect(rig.deliver(event)).rejects.toMatchObject({ code: 'unavailable' });
    expect(recipients()).toEqual([email, 'rob@example.com']);
    await rig.deliver(event, 2);
    expect(recipients()).toEqual([email, 'rob@example.com', 'rita@example.com']);
  });

  it('goes to the requester alone when no reviewer is named', async () => {
    await rig.deliver(keyRequestSentToReview([]));
    expect(recipients()).toEqual([email]);
  });

  it('stays private: nothing is published', async () => {
    await rig.deliver(keyRequestSentToReview(['rita@example.com']));
    expect(await rig.published()).toEqual([]);
  });
});
