import { describe, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { secret } from './secret.decider.ts';
import { grantCheckout, revealSecret, revokeCheckoutGrant } from './secret.commands.examples.ts';
import {
  administrator,
  application,
  checkoutGranted,
  checkoutGrantRevoked,
  mallory,
  revealDenied,
  secretRevealed,
  secretSealed,
  secretShredded,
  secretSubmitted,
} from './secret.examples.ts';
import type { SecretCommand } from './secret.messages.ts';

const given = specify(secret.decider);

const by = <Command extends SecretCommand>(command: Command, caller: typeof mallory): Command => ({
  ...command,
  data: { ...command.data, caller },
});

describe('GrantCheckout', () => {
  it('is accepted from the owner and from an administrator', () => {
    given(secretSubmitted).when(grantCheckout).then(checkoutGranted);
    given(secretSubmitted).when(by(grantCheckout, administrator)).then(checkoutGranted);
  });

  it('is ignored when it is granted already', () =>
    given(secretSubmitted, checkoutGranted).when(grantCheckout).thenIgnored());

  it('is accepted again after it was revoked', () =>
    given(secretSubmitted, checkoutGranted, checkoutGrantRevoked).when(grantCheckout).then(checkoutGranted));

  it('is refused to everybody else, the application included, who do not learn that there is a secret', () => {
    for (const caller of [mallory, application])
      given(secretSubmitted, checkoutGranted).when(by(grantCheckout, caller)).thenRefused('secret-not-found');
    given().when(grantCheckout).thenRefused('secret-not-found');
  });

  it('is refused for the key of a lease, which comes to its owner by delivery alone', () =>
    given(secretSealed).when(grantCheckout).thenRefused('secret-is-issued'));

  it('is refused when nothing is left of the secret', () =>
    given(secretSubmitted, secretShredded).when(grantCheckout).thenRefused('secret-shredded'));
});

describe('RevokeCheckoutGrant', () => {
  it('is accepted from the owner and from an administrator', () => {
    given(secretSubmitted, checkoutGranted).when(revokeCheckoutGrant).then(checkoutGrantRevoked);
    given(secretSubmitted, checkoutGranted).when(by(revokeCheckoutGrant, administrator)).then(checkoutGrantRevoked);
  });

  it('is ignored when nothing is granted', () => {
    given(secretSubmitted).when(revokeCheckoutGrant).thenIgnored();
    given(secretSubmitted, checkoutGranted, checkoutGrantRevoked).when(revokeCheckoutGrant).thenIgnored();
  });

  it('is refused to everybody else', () =>
    given(secretSubmitted, checkoutGranted).when(by(revokeCheckoutGrant, mallory)).thenRefused('secret-not-found'));
});

describe('checkout by an application', () => {
  const checkOut = by({ ...revealSecret, data: { ...revealSecret.data, purpose: 'checkout' } }, application);
  const revealed = { ...secretRevealed, data: { ...secretRevealed.data, purpose: 'checkout' } } as const;
  const denied = { ...revealDenied, data: { ...revealDenied.data, purpose: 'checkout' } } as const;

  it('is accepted when it is granted', () => given(secretSubmitted, checkoutGranted).when(checkOut).then(revealed));

  it('is denied without a grant, and with one that was revoked', () => {
    given(secretSubmitted).when(checkOut).then(denied);
    given(secretSubmitted, checkoutGranted, checkoutGrantRevoked).when(checkOut).then(denied);
  });

  it('is denied after the revocation also to a repetition of what was revealed before', () =>
    given(secretSubmitted, checkoutGranted, revealed, checkoutGrantRevoked)
      .when({ ...checkOut, data: { ...checkOut.data, attemptId: '01930f60-0009-7c4e-9d5a-2f8f4f0f6d11' } })
      .then({ ...denied, data: { ...denied.data, attemptId: '01930f60-0009-7c4e-9d5a-2f8f4f0f6d11' } }));
});
