import { mailFailureMessage, SUPERSEDED } from '../policies/mail-failure.policy.ts';
import type { DeliveryEvent, DeliverySubject, KeyFacts } from './delivery.messages.ts';

/** One opening of a link. */
export interface View {
  readonly grantId: string;
  readonly recipient?: string;
}

export interface Link {
  readonly number: number;
  readonly issuedAt: string;
  readonly expiresAt: string;
  /** Id of the command that asked for it; absent for the first one. */
  readonly commandId?: string;
  readonly maxViews: number;
  /** Oldest first. */
  readonly views: readonly View[];
  /** The first time. */
  readonly openedAt?: string;
}

export interface Trouble {
  readonly attempts: number;
  readonly cause: string;
  readonly message: string;
  readonly lastAttemptAt: string;
}

/**
 * `started`: the mail with the newest link is due. Only the newest link works, whatever the status: a mail that was
 * given up may still have arrived.
 */
export interface ActiveDelivery extends DeliverySubject, KeyFacts {
  readonly status: 'started' | 'succeeded' | 'failed';
  readonly generation: number;
  readonly recipient: string;
  readonly startedAt: string;
  readonly succeededAt?: string;
  readonly failure?: { readonly cause: string; readonly message: string; readonly failedAt: string };
  /** When a newer key took the place of this one. */
  readonly supersededAt?: string;
  /** Attempts with the newest link that did not succeed. */
  readonly trouble?: Trouble;
  /** Oldest first; never empty. */
  readonly links: readonly [Link, ...Link[]];
}

export type Delivery = { readonly status: 'absent' } | ActiveDelivery;

export const initialDelivery: Delivery = { status: 'absent' };

export const newestLink = ({ links }: ActiveDelivery): Link => links.at(-1) ?? links[0];

const without = <T extends object, K extends keyof T>(value: T, ...keys: readonly K[]): Omit<T, K> =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;

const started = ({
  linkNumber,
  linkExpiresAt,
  maxViews,
  ...data
}: Extract<DeliveryEvent, { type: 'DeliveryStarted' }>['data']): ActiveDelivery => ({
  ...data,
  status: 'started',
  links: [{ number: linkNumber, issuedAt: data.startedAt, expiresAt: linkExpiresAt, maxViews, views: [] }],
});

/** A mail that was due is not sent any more. */
const superseded = (state: ActiveDelivery, supersededAt: string): ActiveDelivery => {
  if (state.status !== 'started') return { ...state, supersededAt };
  const failure = { cause: SUPERSEDED, message: mailFailureMessage(SUPERSEDED), failedAt: supersededAt };
  return { ...without(state, 'trouble'), status: 'failed', failure, supersededAt };
};

const apply = (state: ActiveDelivery, event: DeliveryEvent): ActiveDelivery => {
  switch (event.type) {
    case 'DeliveryStarted':
    case 'DeliveryRetried':
      return state;
    case 'LinkIssued': {
      const { linkNumber: number, issuedAt, linkExpiresAt: expiresAt, maxViews, commandId } = event.data;
      const link = { number, issuedAt, expiresAt, maxViews, views: [], commandId };
      const rest = without(state, 'failure', 'trouble', 'succeededAt');
      return { ...rest, status: 'started', links: [...state.links, link] };
    }
    case 'DeliveryAttemptFailed': {
      const { attempt: attempts, cause, message, attemptedAt: lastAttemptAt } = event.data;
      return { ...state, trouble: { attempts, cause, message, lastAttemptAt } };
    }
    case 'DeliverySucceeded':
      return { ...without(state, 'trouble'), status: 'succeeded', succeededAt: event.data.succeededAt };
    case 'DeliveryFailed': {
      const { cause, message, failedAt } = event.data;
      return { ...state, status: 'failed', failure: { cause, message, failedAt } };
    }
    case 'DeliverySuperseded':
      return superseded(state, event.data.supersededAt);
    case 'LinkOpened': {
      const { linkNumber, openedAt, grantId, recipient } = event.data;
      const view = { grantId, ...(recipient === undefined ? {} : { recipient }) };
      const [first, ...more] = state.links.map((link) =>
        link.number === linkNumber ? { openedAt, ...link, views: [...link.views, view] } : link,
      );
      return { ...state, links: [first ?? state.links[0], ...more] };
    }
  }
};

export const evolveDelivery = (state: Delivery, event: DeliveryEvent): Delivery => {
  if (state.status !== 'absent') return apply(state, event);
  return event.type === 'DeliveryStarted' ? started(event.data) : state;
};

export type LinkState = 'unopened' | 'opened' | 'expired' | 'superseded';

/** What a link is worth at `now`. A link opened as often as it may be stays opened after its time. */
export const linkStateAt = (state: ActiveDelivery, link: Link, now: string): LinkState => {
  if (link.views.length >= link.maxViews) return 'opened';
  if (state.supersededAt !== undefined || link.number !== newestLink(state).number) return 'superseded';
  return Date.parse(now) >= Date.parse(link.expiresAt) ? 'expired' : 'unopened';
};
