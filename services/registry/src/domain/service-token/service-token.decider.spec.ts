import { specify } from '@keyledger/event-sourcing/testing';
import { describe, it } from '@jest/globals';
import { serviceToken } from './service-token.decider.ts';
import {
  issueServiceToken,
  revokeServiceToken,
  serviceTokenIssued,
  serviceTokenRevoked,
} from './service-token.examples.ts';
import type { ServiceTokenEvent } from './service-token.messages.ts';

const given = specify(serviceToken.decider);

describe('issuing a service token', () => {
  it('is accepted from an administrator', () => given().when(issueServiceToken).then(serviceTokenIssued));

  it('is ignored when it comes again, also after the token was revoked', () => {
    given(serviceTokenIssued).when(issueServiceToken).thenIgnored();
    given(serviceTokenIssued, serviceTokenRevoked).when(issueServiceToken).thenIgnored();
  });

  it('is refused for another token under the same id', () =>
    given(serviceTokenIssued)
      .when({ ...issueServiceToken, data: { ...issueServiceToken.data, digest: 'cd'.repeat(32) } })
      .thenRefused('service-token-exists'));

  const DAY_MS = 86_400_000;
  const expiresAt = '2026-11-28T08:00:00.000Z';
  const until = (data: Partial<typeof issueServiceToken.data>) => ({
    ...issueServiceToken,
    data: { ...issueServiceToken.data, ...data },
  });
  const issuedUntil = { ...serviceTokenIssued, data: { ...serviceTokenIssued.data, expiresAt } } as ServiceTokenEvent;

  it('is accepted with an end', () => given().when(until({ expiresAt })).then(issuedUntil));

  it('is accepted with the latest end that is allowed, also where none is named', () => {
    given()
      .when(until({ expiresAt, longestLifeMs: 7 * DAY_MS }))
      .then(issuedUntil);
    given()
      .when(until({ longestLifeMs: 7 * DAY_MS }))
      .then(issuedUntil);
  });

  it('is refused with an end that is later, or that is over', () => {
    given()
      .when(until({ expiresAt, longestLifeMs: 7 * DAY_MS - 1 }))
      .thenRefused('exceeds-limits');
    given()
      .when(until({ expiresAt: issueServiceToken.data.now }))
      .thenRefused('expiry-in-the-past');
  });

  it('is ignored when it comes again after its end', () =>
    given(issuedUntil)
      .when(until({ expiresAt, now: '2026-12-01T08:00:00.000Z' }))
      .thenIgnored());

  it('is refused to everybody else', () =>
    given()
      .when({ ...issueServiceToken, data: { ...issueServiceToken.data, isAdministrator: false } })
      .thenRefused('not-an-administrator'));
});

describe('revoking a service token', () => {
  it('is accepted from an administrator', () =>
    given(serviceTokenIssued).when(revokeServiceToken).then(serviceTokenRevoked));

  it('is ignored when it is revoked already', () =>
    given(serviceTokenIssued, serviceTokenRevoked).when(revokeServiceToken).thenIgnored());

  it('is refused where there is none', () => given().when(revokeServiceToken).thenRefused('service-token-not-found'));

  it('is refused to everybody else, who do not learn whether there is one', () => {
    const data = { ...revokeServiceToken.data, isAdministrator: false };
    given()
      .when({ ...revokeServiceToken, data })
      .thenRefused('not-an-administrator');
    given(serviceTokenIssued)
      .when({ ...revokeServiceToken, data })
      .thenRefused('not-an-administrator');
  });
});
