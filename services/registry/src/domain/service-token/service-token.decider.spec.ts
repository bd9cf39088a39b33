import { specify } from '@keyledger/event-sourcing/testing';
import { describe, it } from '@jest/globals';
import { serviceToken } from './service-token.decider.ts';
import {
  issueServiceToken,
  revokeServiceToken,
  serviceTokenIssued,
  serviceTokenRevoked,
} from './service-token.examples.ts';

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
