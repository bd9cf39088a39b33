import type { IssueServiceToken, RevokeServiceToken, ServiceTokenEvent } from './service-token.messages.ts';

const serviceTokenId = '01930f5e-8300-7c4e-9d5a-2f8f4f0f6d11';
const described = { serviceTokenId, name: 'Nightly evaluation', digest: 'ab'.repeat(32) };

export const issueServiceToken: IssueServiceToken = {
  type: 'IssueServiceToken',
  data: { ...described, isAdministrator: true, now: '2026-11-21T08:00:00.000Z' },
};

export const serviceTokenIssued: ServiceTokenEvent = {
  type: 'ServiceTokenIssued',
  data: { ...described, issuedAt: '2026-11-21T08:00:00.000Z' },
};

export const revokeServiceToken: RevokeServiceToken = {
  type: 'RevokeServiceToken',
  data: { serviceTokenId, isAdministrator: true, now: '2026-11-21T09:00:00.000Z' },
};

export const serviceTokenRevoked: ServiceTokenEvent = {
  type: 'ServiceTokenRevoked',
  data: { serviceTokenId, revokedAt: '2026-11-21T09:00:00.000Z' },
};
