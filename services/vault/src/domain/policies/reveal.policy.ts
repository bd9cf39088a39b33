import type { Actor } from '@keyledger/event-sourcing';
import type { Denial, Purpose } from '../secret/secret.messages.ts';
import { hasProven, isService, serviceTokenOf } from './custody.policy.ts';

export interface RevealWish {
  readonly caller: Actor;
  readonly purpose: Purpose;
  readonly reason?: string | undefined;
  /** True for the key that counts of a lease which its owner fetches, since nobody delivers it. */
  readonly isHeldForOwner?: boolean | undefined;
}

/** What the decision needs to know of the secret; nothing while there is none. */
export interface RevealSubject {
  readonly owner: string;
  readonly origin: 'issued' | 'submitted';
  /** Ids of the service tokens of applications that may check it out. */
  readonly checkoutGrants: ReadonlySet<string>;
}

type Verdict = Denial | undefined;

const permittedIf = (isPermitted: boolean): Verdict => (isPermitted ? undefined : 'not-permitted');

/** Shorter ones explain nothing to whoever reads the history. */
const SHORTEST_REASON = 10;

const breakGlass = ({ caller, reason }: RevealWish): Verdict => {
  if (!hasProven(caller, 'admin')) return 'not-permitted';
  return reason === undefined || reason.trim().length < SHORTEST_REASON ? 'reason-missing' : undefined;
};

const mayCheckOut = (caller: Actor, { owner, checkoutGrants }: RevealSubject): boolean =>
  (hasProven(caller) && caller.id === owner) || checkoutGrants.has(serviceTokenOf(caller) ?? '');

/**
 * Who may obtain a secret for which purpose. The delivery service brings the key of a lease to its owner; the vault tests
 * a connection without letting the secret out; an owner checks out what he handed in, and so do applications that it is
 * granted to, while the key of a lease comes to its owner by delivery, or is held for him alone where nobody delivers it; an
 * administrator may break the glass, and says why.
 */
const verdicts: Readonly<Record<Purpose, (wish: RevealWish, subject: RevealSubject | undefined) => Verdict>> = {
  delivery: ({ caller }, subject) => permittedIf(isService(caller, 'delivery') && subject?.origin !== 'submitted'),
  'connection-test': ({ caller }) => permittedIf(isService(caller, 'vault')),
  checkout: ({ caller, isHeldForOwner = false }, subject) =>
    permittedIf(
      subject?.origin === 'submitted'
        ? mayCheckOut(caller, subject)
        : isHeldForOwner && hasProven(caller) && caller.id === subject?.owner,
    ),
  'break-glass': breakGlass,
};

/** Why not; `undefined` when it is permitted. */
export const denialOf = (wish: RevealWish, subject?: RevealSubject): Verdict => verdicts[wish.purpose](wish, subject);
