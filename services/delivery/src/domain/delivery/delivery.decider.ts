import { accept, type Decider, type Decision, ignore, refuse, type StreamCategory } from '@keyledger/event-sourcing';
import { mailFailureMessage } from '../policies/mail-failure.policy.ts';
import { isGivenUp } from '../policies/mail-retry.policy.ts';
import {
  type DeliveryCommand,
  type DeliveryEvent,
  type DeliveryRefusal,
  deliveryCodec,
  type DeliverySubject,
  type OpenLink,
  type RecordFailedAttempt,
  type RecordSent,
  type ResendLink,
  type RetryDelivery,
  type StartDelivery,
  type SupersedeDelivery,
} from './delivery.messages.ts';
import {
  type ActiveDelivery,
  type Delivery,
  evolveDelivery,
  initialDelivery,
  linkStateAt,
  newestLink,
  type View,
} from './delivery.state.ts';

type Decided = Decision<DeliveryEvent, DeliveryRefusal>;

const FIRST_LINK = 1;

const subjectOf = ({ deliveryId, requestId, leaseId, channel }: DeliverySubject): DeliverySubject => ({
  deliveryId,
  requestId,
  leaseId,
  channel,
});

const start = ({ data: { now, ...data } }: StartDelivery, state: Delivery): Decided => {
  if (state.status !== 'absent') return ignore('already started');
  const started: DeliveryEvent = {
    type: 'DeliveryStarted',
    data: { ...data, modelIds: [...data.modelIds], linkNumber: FIRST_LINK, startedAt: now },
  };
  return data.channel === 'emailLink'
    ? accept(started)
    : accept(started, failed(data, FIRST_LINK, 'channel-not-supported', now));
};

const failed = (subject: DeliverySubject, linkNumber: number, cause: string, failedAt: string): DeliveryEvent => ({
  type: 'DeliveryFailed',
  data: { ...subjectOf(subject), linkNumber, cause, message: mailFailureMessage(cause), failedAt },
});

const isDue = (state: Delivery, linkNumber: number): state is ActiveDelivery =>
  state.status === 'started' && newestLink(state).number === linkNumber;

const recordSent = ({ data: { linkNumber, now } }: RecordSent, state: Delivery): Decided => {
  if (!isDue(state, linkNumber)) return ignore('this link is not due');
  const { generation } = state;
  return accept({
    type: 'DeliverySucceeded',
    data: { ...subjectOf(state), linkNumber, generation, succeededAt: now },
  });
};

const recordFailedAttempt = ({ data }: RecordFailedAttempt, state: Delivery): Decided => {
  const { linkNumber, attempt, cause, now } = data;
  if (!isDue(state, linkNumber)) return ignore('this link is not due');
  if (attempt !== (state.trouble?.attempts ?? 0) + 1) return ignore('this attempt is already recorded');
  const message = mailFailureMessage(cause);
  const attemptFailed: DeliveryEvent = {
    type: 'DeliveryAttemptFailed',
    data: { ...subjectOf(state), linkNumber, attempt, cause, message, attemptedAt: now },
  };
  const givenUp = isGivenUp({ ...data, dueSince: newestLink(state).issuedAt });
  return givenUp ? accept(attemptFailed, failed(state, linkNumber, cause, now)) : accept(attemptFailed);
};

const linkIssued = (state: ActiveDelivery, { now, ...terms }: ResendLink['data']): DeliveryEvent => ({
  type: 'LinkIssued',
  data: { ...subjectOf(state), ...terms, linkNumber: newestLink(state).number + 1, issuedAt: now },
});

const retried = (state: ActiveDelivery, data: RetryDelivery['data']): Decided =>
  accept({ type: 'DeliveryRetried', data: { ...subjectOf(state), retriedAt: data.now } }, linkIssued(state, data));

const supersede = ({ data: { now } }: SupersedeDelivery, state: Delivery): Decided => {
  if (state.status === 'absent') return ignore('nothing was delivered');
  if (state.supersededAt !== undefined) return ignore('already superseded');
  return accept({ type: 'DeliverySuperseded', data: { ...subjectOf(state), supersededAt: now } });
};

const hasIssued = (state: ActiveDelivery, commandId: string): boolean =>
  state.links.some((link) => link.commandId === commandId);

const retry = ({ data }: RetryDelivery, state: Delivery): Decided => {
  if (state.status === 'absent') return refuse('delivery-not-found');
  if (hasIssued(state, data.commandId)) return ignore('already retried');
  if (state.supersededAt !== undefined) return ignore('the lease has a newer key');
  return state.status === 'failed' ? retried(state, data) : ignore('nothing to retry');
};

const resend = ({ data }: ResendLink, state: Delivery): Decided => {
  if (state.status === 'absent') return refuse('delivery-not-found');
  if (hasIssued(state, data.commandId)) return ignore('already sent again');
  if (state.supersededAt !== undefined) return refuse('delivery-superseded');
  if (state.status === 'started') return refuse('delivery-in-progress');
  return state.status === 'failed' ? retried(state, data) : accept(linkIssued(state, data));
};

/** Where one of them is not known, the vault has seen to it: it gives a grant to one recipient. */
const mayBeSame = (view: View, recipient: string | undefined): boolean =>
  view.recipient === undefined || recipient === undefined || view.recipient === recipient;

const open = ({ data: { linkNumber, grantId, recipient, now } }: OpenLink, state: Delivery): Decided => {
  const link = state.status === 'absent' ? undefined : state.links.find(({ number }) => number === linkNumber);
  if (state.status === 'absent' || link === undefined) return refuse('link-not-found');
  const recorded = link.views.find((view) => view.grantId === grantId);
  if (recorded !== undefined)
    return mayBeSame(recorded, recipient) ? ignore('this opening is recorded') : refuse('link-already-opened');
  switch (linkStateAt(state, link, now)) {
    case 'opened':
      return refuse('link-already-opened');
    case 'superseded':
      return refuse('link-superseded');
    case 'expired':
      return refuse('link-expired');
    case 'unopened': {
      const to = recipient === undefined ? {} : { recipient };
      return accept({ type: 'LinkOpened', data: { ...subjectOf(state), linkNumber, grantId, ...to, openedAt: now } });
    }
  }
};

const decide = (command: DeliveryCommand, state: Delivery): Decided => {
  switch (command.type) {
    case 'StartDelivery':
      return start(command, state);
    case 'RecordSent':
      return recordSent(command, state);
    case 'RecordFailedAttempt':
      return recordFailedAttempt(command, state);
    case 'RetryDelivery':
      return retry(command, state);
    case 'ResendLink':
      return resend(command, state);
    case 'SupersedeDelivery':
      return supersede(command, state);
    case 'OpenLink':
      return open(command, state);
  }
};

export const deliveryDecider: Decider<Delivery, DeliveryCommand, DeliveryEvent, DeliveryRefusal> = {
  initialState: initialDelivery,
  evolve: evolveDelivery,
  decide,
};

export const delivery: StreamCategory<Delivery, DeliveryCommand, DeliveryEvent, DeliveryRefusal> = {
  category: 'delivery',
  decider: deliveryDecider,
  codec: deliveryCodec,
};
