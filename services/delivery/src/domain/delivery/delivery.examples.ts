import type {
  DeliveryEvent,
  OpenLink,
  RecordFailedAttempt,
  RecordSent,
  ResendLink,
  RetryDelivery,
  StartDelivery,
  SupersedeDelivery,
} from './delivery.messages.ts';

/** Ids, times and messages that the tests speak of. The first link is good for three days, a mail is tried for one. */
export const times = {
  started: '2026-12-01T08:00:00.000Z',
  sent: '2026-12-01T08:00:02.000Z',
  nextDay: '2026-12-02T08:00:00.000Z',
  firstLinkExpires: '2026-12-04T08:00:00.000Z',
  secondLinkIssued: '2026-12-02T09:00:00.000Z',
  secondLinkExpires: '2026-12-05T09:00:00.000Z',
  superseded: '2026-12-02T10:00:00.000Z',
  opened: '2026-12-01T09:30:00.000Z',
} as const;

export const subject = {
  deliveryId: 'a9a1f5d1-5a4e-5f0b-9a55-0d4f5f6f2b11',
  requestId: '0193a000-0000-7000-8000-000000000001',
  leaseId: '0193a000-0000-7000-8000-000000000002',
  channel: 'emailLink',
} as const;

const grantId = '0193a000-0000-7000-8000-00000000000a';

/** Of the key that a link is opened for. */
const recipientThumbprint = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';

const facts = {
  modelIds: ['gpt-4o-mini'],
  mask: 'sk-K…9fQ2',
  gatewayUrl: 'https://llm.example.com',
  keyExpiresAt: '2026-12-31T08:00:00.000Z',
};

const terms = { generation: 1, recipient: 'ada@example.com', linkExpiresAt: times.firstLinkExpires, maxViews: 1 };

export const startDelivery: StartDelivery = {
  type: 'StartDelivery',
  data: { ...subject, ...facts, ...terms, now: times.started },
};

export const recordSent: RecordSent = { type: 'RecordSent', data: { linkNumber: 1, now: times.sent } };

export const recordPostponed: RecordFailedAttempt = {
  type: 'RecordFailedAttempt',
  data: {
    linkNumber: 1,
    attempt: 1,
    cause: 'smtp-421',
    isPermanent: false,
    retryWindowMs: 24 * 60 * 60 * 1000,
    now: times.sent,
  },
};

const secondLink = { linkExpiresAt: times.secondLinkExpires, maxViews: 1, now: times.secondLinkIssued };

export const retryDelivery: RetryDelivery = {
  type: 'RetryDelivery',
  data: { ...secondLink, commandId: 'retry-1' },
};

export const resendLink: ResendLink = { type: 'ResendLink', data: { ...secondLink, commandId: 'resend-1' } };

export const supersedeDelivery: SupersedeDelivery = { type: 'SupersedeDelivery', data: { now: times.superseded } };

export const openLink: OpenLink = {
  type: 'OpenLink',
  data: { linkNumber: 1, grantId, recipient: recipientThumbprint, now: times.opened },
};

export const deliveryStarted: DeliveryEvent = {
  type: 'DeliveryStarted',
  data: { ...subject, ...facts, ...terms, linkNumber: 1, startedAt: times.started },
};

export const attemptFailed: DeliveryEvent = {
  type: 'DeliveryAttemptFailed',
  data: {
    ...subject,
    linkNumber: 1,
    attempt: 1,
    cause: 'smtp-421',
    message: 'The mail server could not take the mail for now (421).',
    attemptedAt: times.sent,
  },
};

export const deliverySucceeded: DeliveryEvent = {
  type: 'DeliverySucceeded',
  data: { ...subject, linkNumber: 1, generation: 1, succeededAt: times.sent },
};

export const deliveryFailed: DeliveryEvent = {
  type: 'DeliveryFailed',
  data: {
    ...subject,
    linkNumber: 1,
    cause: 'smtp-550',
    message: 'The mail server refused the mail (550).',
    failedAt: times.sent,
  },
};

export const deliveryRetried: DeliveryEvent = {
  type: 'DeliveryRetried',
  data: { ...subject, retriedAt: times.secondLinkIssued },
};

export const deliverySuperseded: DeliveryEvent = {
  type: 'DeliverySuperseded',
  data: { ...subject, supersededAt: times.superseded },
};

export const linkReissued = (commandId: string): DeliveryEvent => ({
  type: 'LinkIssued',
  data: {
    ...subject,
    linkNumber: 2,
    linkExpiresAt: times.secondLinkExpires,
    maxViews: 1,
    issuedAt: times.secondLinkIssued,
    commandId,
  },
});

export const linkOpened: Extract<DeliveryEvent, { type: 'LinkOpened' }> = {
  type: 'LinkOpened',
  data: { ...subject, linkNumber: 1, grantId, recipient: recipientThumbprint, openedAt: times.opened },
};
