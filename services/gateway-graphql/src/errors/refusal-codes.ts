import type { ApproveKeyRequest, ProveClaim, RetryKeyRequest, SubmitKeyRequest } from '@keyledger/contracts-approval';
import type { OpenLink, ResendLink } from '@keyledger/contracts-delivery';
import type { IssueServiceToken, RevokeServiceToken } from '@keyledger/contracts-registry';
import type {
  AcknowledgeDifference,
  ChangeLeaseLimits,
  ConfirmKeyEnded,
  HandInKey,
  IssueLease,
  ReconcileIssuer,
  RenewLease,
  ReplaceSecret,
  RestoreSecret,
  ResumeLease,
  RetireMasterKey,
  RevealSecret,
  RevealSecrets,
  RetireLeaseKey,
  RevokeLease,
  RevokeLeases,
  RotateLease,
  SealSecret,
  SuspendLease,
  TestKey,
  TestSecret,
  TestSecrets,
} from '@keyledger/contracts-vault';
import type { deadLetterOperations } from '@keyledger/messaging';

type RefusalsOf<C extends { readonly refusals: readonly string[] }> = C['refusals'][number];

/** Every "no" that a user of the gateway can meet. */
export type RefusalCode =
  | 'model-not-found'
  | RefusalsOf<typeof SubmitKeyRequest>
  | RefusalsOf<typeof ApproveKeyRequest>
  | RefusalsOf<typeof RetryKeyRequest>
  | RefusalsOf<typeof ProveClaim>
  | RefusalsOf<typeof OpenLink>
  | RefusalsOf<typeof ResendLink>
  | RefusalsOf<typeof SealSecret>
  | RefusalsOf<typeof ReplaceSecret>
  | RefusalsOf<typeof RestoreSecret>
  | RefusalsOf<typeof RevealSecret>
  | RefusalsOf<typeof RevealSecrets>
  | RefusalsOf<typeof RetireMasterKey>
  | RefusalsOf<typeof TestKey>
  | RefusalsOf<typeof IssueServiceToken>
  | RefusalsOf<typeof RevokeServiceToken>
  | RefusalsOf<typeof TestSecret>
  | RefusalsOf<typeof ChangeLeaseLimits>
  | RefusalsOf<typeof ConfirmKeyEnded>
  | RefusalsOf<typeof HandInKey>
  | RefusalsOf<typeof IssueLease>
  | RefusalsOf<typeof RenewLease>
  | RefusalsOf<typeof ResumeLease>
  | RefusalsOf<typeof RetireLeaseKey>
  | RefusalsOf<typeof RevokeLease>
  | RefusalsOf<typeof RevokeLeases>
  | RefusalsOf<typeof RotateLease>
  | RefusalsOf<typeof SuspendLease>
  | RefusalsOf<typeof TestSecrets>
  | RefusalsOf<typeof ReconcileIssuer>
  | RefusalsOf<typeof AcknowledgeDifference>
  | RefusalsOf<ReturnType<typeof deadLetterOperations>['ReplayDeadLetter']>;
