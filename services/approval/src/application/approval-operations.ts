import type {
  ApproveKeyRequest,
  DenyKeyRequest,
  GetKeyRequest,
  ListKeyRequests,
  ProveClaim,
  RetryKeyRequest,
  SubmitKeyRequest,
} from '@keyledger/contracts-approval';
import { type ApproveDeps, approveKeyRequest, denyKeyRequest } from './commands/decide-key-request.handlers.ts';
import { proveClaim, type ProveClaimDeps } from './commands/prove-claim.handler.ts';
import { retryKeyRequest } from './commands/retry-key-request.handler.ts';
import { submitKeyRequest } from './commands/submit-key-request.handler.ts';
import type { Handler } from './operation-handler.ts';
import type { KeyRequestList } from './ports/key-request-list.port.ts';
import { getKeyRequest } from './queries/get-key-request.query.ts';
import { listKeyRequests } from './queries/list-key-requests.query.ts';

/** Everything that others may ask approval. */
export interface ApprovalOperations {
  readonly submitKeyRequest: Handler<typeof SubmitKeyRequest>;
  readonly approveKeyRequest: Handler<typeof ApproveKeyRequest>;
  readonly denyKeyRequest: Handler<typeof DenyKeyRequest>;
  readonly retryKeyRequest: Handler<typeof RetryKeyRequest>;
  readonly proveClaim: Handler<typeof ProveClaim>;
  readonly getKeyRequest: Handler<typeof GetKeyRequest>;
  readonly listKeyRequests: Handler<typeof ListKeyRequests>;
}

export interface OperationDeps extends ProveClaimDeps, ApproveDeps {
  readonly list: KeyRequestList;
}

export const approvalOperations = (deps: OperationDeps): ApprovalOperations => ({
  submitKeyRequest: submitKeyRequest(deps),
  approveKeyRequest: approveKeyRequest(deps),
  denyKeyRequest: denyKeyRequest(deps),
  retryKeyRequest: retryKeyRequest(deps),
  proveClaim: proveClaim(deps),
  getKeyRequest: getKeyRequest(deps),
  listKeyRequests: listKeyRequests(deps),
});
