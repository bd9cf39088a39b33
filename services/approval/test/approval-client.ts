import {
  ApproveKeyRequest,
  DenyKeyRequest,
  GetKeyRequest,
  ListKeyRequests,
  ProveClaim,
  RetryKeyRequest,
  SubmitKeyRequest,
} from '@keyledger/contracts-approval';
import { newId } from '@keyledger/event-sourcing';
import { type ClientOf, clientOf, type Principal, type RequestOptions, type RequestReply } from '@keyledger/messaging';

const operations = {
  SubmitKeyRequest,
  ApproveKeyRequest,
  DenyKeyRequest,
  RetryKeyRequest,
  ProveClaim,
  GetKeyRequest,
  ListKeyRequests,
};

export type ApprovalClient = ClientOf<typeof operations>;

export const approvalClient = (requestReply: RequestReply): ApprovalClient => clientOf(requestReply, operations);

export const requester = (email: string): Principal => ({
  kind: 'user',
  id: email,
  roles: ['member'],
  proof: 'address',
});
export const reviewer: Principal = { kind: 'user', id: 'rita', roles: ['reviewer'], proof: 'session' };
export const admin: Principal = { kind: 'user', id: 'admin', roles: ['admin'], proof: 'basic' };
export const auditor: Principal = { kind: 'user', id: 'axel', roles: ['auditor'], proof: 'session' };
export const claimant = (email: string, requestId: string): Principal => ({
  kind: 'user',
  id: email,
  roles: ['member'],
  proof: 'claim-code',
  requestId,
});

export const asking = (principal: Principal, also: Partial<RequestOptions> = {}): RequestOptions => {
  const id = newId();
  return { principal, correlationId: id, causationId: id, ...also };
};
