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
  RevokeLease,
  RevokeLeases,
  RotateLease,
  SealSecret,
  SuspendLease,
  TestKey,
  TestSecret,
  TestSecrets,
} from '@keyledger/contracts-vault';
import type { CommandReply, deadLetterOperations } from '@keyledger/messaging';

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
  | RefusalsOf<typeof RevokeLease>
  | RefusalsOf<typeof RevokeLeases>
  | RefusalsOf<typeof RotateLease>
  | RefusalsOf<typeof SuspendLease>
  | RefusalsOf<typeof TestSecrets>
  | RefusalsOf<typeof ReconcileIssuer>
  | RefusalsOf<typeof AcknowledgeDifference>
  | RefusalsOf<ReturnType<typeof deadLetterOperations>['ReplayDeadLetter']>;

/** An expected "no": a member of the result union in GraphQL, a 4xx in REST. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** `wrong-code` → `WRONG_CODE`, as codes look in REST and in GraphQL's `errors`. */
export const codeOf = ({ code }: { readonly code: string }): string => code.toUpperCase().replaceAll('-', '_');

const refusalClass = (name: string): typeof Refusal =>
  ({
    [name]: class extends Refusal {
      override readonly name = name;
    },
  })[name] as typeof Refusal;

/** One class for each refusal that a GraphQL mutation can answer with. */
export const refusalClasses = {
  'model-not-found': refusalClass('ModelNotFoundError'),
  'idempotency-key-reused': refusalClass('IdempotencyKeyReusedError'),
  'not-your-address': refusalClass('NotYourAddressError'),
  'key-request-not-found': refusalClass('KeyRequestNotFoundError'),
  'already-decided': refusalClass('AlreadyDecidedError'),
  'own-request': refusalClass('OwnRequestError'),
  'not-a-reviewer': refusalClass('NotAReviewerError'),
  'not-failed': refusalClass('NotFailedError'),
  'another-request-open': refusalClass('AnotherRequestOpenError'),
  'not-an-administrator': refusalClass('NotAnAdministratorError'),
  'delivery-not-found': refusalClass('DeliveryNotFoundError'),
  'delivery-in-progress': refusalClass('DeliveryInProgressError'),
  'dead-letter-not-found': refusalClass('DeadLetterNotFoundError'),
  'dead-letter-failed-again': refusalClass('DeadLetterFailedAgainError'),
  'not-permitted': refusalClass('NotPermittedError'),
  'secret-exists': refusalClass('SecretExistsError'),
  'secret-not-found': refusalClass('SecretNotFoundError'),
  'secret-is-issued': refusalClass('SecretIsIssuedError'),
  'secret-shredded': refusalClass('SecretShreddedError'),
  'secret-unreadable': refusalClass('SecretUnreadableError'),
  'version-not-found': refusalClass('VersionNotFoundError'),
  'version-shredded': refusalClass('VersionShreddedError'),
  'submission-key-expired': refusalClass('SubmissionKeyExpiredError'),
  'submission-unreadable': refusalClass('SubmissionUnreadableError'),
  'value-empty': refusalClass('ValueEmptyError'),
  'value-not-text': refusalClass('ValueNotTextError'),
  'value-has-white-space': refusalClass('ValueHasWhiteSpaceError'),
  'value-has-quotes': refusalClass('ValueHasQuotesError'),
  'value-is-a-mask': refusalClass('ValueIsAMaskError'),
  'value-required': refusalClass('ValueRequiredError'),
  'nothing-to-test': refusalClass('NothingToTestError'),
  'connection-unknown': refusalClass('ConnectionUnknownError'),
  'provider-unknown': refusalClass('ProviderUnknownError'),
  'address-missing': refusalClass('AddressMissingError'),
  'service-token-not-found': refusalClass('ServiceTokenNotFoundError'),
  'grant-used': refusalClass('GrantUsedError'),
  'reason-missing': refusalClass('ReasonMissingError'),
  'master-key-not-found': refusalClass('MasterKeyNotFoundError'),
  'transition-not-allowed': refusalClass('TransitionNotAllowedError'),
  'rotation-running': refusalClass('RotationRunningError'),
  'still-wraps': refusalClass('StillWrapsError'),
  'lease-not-found': refusalClass('LeaseNotFoundError'),
  'lease-exists': refusalClass('LeaseExistsError'),
  'lease-not-issued': refusalClass('LeaseNotIssuedError'),
  'lease-suspended': refusalClass('LeaseSuspendedError'),
  'lease-ended': refusalClass('LeaseEndedError'),
  'change-in-progress': refusalClass('ChangeInProgressError'),
  'not-suspended': refusalClass('NotSuspendedError'),
  'not-supported-by-issuer': refusalClass('NotSupportedByIssuerError'),
  'exceeds-limits': refusalClass('ExceedsLimitsError'),
  'expiry-in-the-past': refusalClass('ExpiryInThePastError'),
  'issuer-not-found': refusalClass('IssuerNotFoundError'),
  'key-not-found': refusalClass('KeyNotFoundError'),
  'key-not-requested': refusalClass('KeyNotRequestedError'),
  'key-not-valid': refusalClass('KeyNotValidError'),
  'difference-not-found': refusalClass('DifferenceNotFoundError'),
  'set-changed': refusalClass('SetChangedError'),
  'set-empty': refusalClass('SetEmptyError'),
  'set-too-large': refusalClass('SetTooLargeError'),
} as const satisfies Partial<Record<RefusalCode, typeof Refusal>>;

const classOf = (code: RefusalCode): typeof Refusal =>
  (refusalClasses as Partial<Record<RefusalCode, typeof Refusal>>)[code] ?? Refusal;

export const refusal = (code: RefusalCode, message: string): Refusal => new (classOf(code))(code, message);

/** The HTTP status of each refusal. */
export const refusalStatus: Readonly<Record<RefusalCode, number>> = {
  'model-not-found': 404,
  'idempotency-key-reused': 409,
  'not-your-address': 403,
  'key-request-not-found': 404,
  'already-decided': 409,
  'own-request': 403,
  'not-a-reviewer': 403,
  'not-failed': 409,
  'another-request-open': 409,
  'not-an-administrator': 403,
  'delivery-not-found': 404,
  'delivery-in-progress': 409,
  'dead-letter-not-found': 404,
  'dead-letter-failed-again': 409,
  'not-permitted': 403,
  'secret-exists': 409,
  'secret-not-found': 404,
  'secret-is-issued': 409,
  'secret-shredded': 410,
  'secret-unreadable': 409,
  'version-not-found': 404,
  'version-shredded': 410,
  'submission-key-expired': 409,
  'submission-unreadable': 409,
  'value-empty': 400,
  'value-not-text': 400,
  'value-has-white-space': 400,
  'value-has-quotes': 400,
  'value-is-a-mask': 400,
  'value-required': 400,
  'nothing-to-test': 409,
  'connection-unknown': 409,
  'provider-unknown': 400,
  'address-missing': 400,
  'service-token-exists': 409,
  'service-token-not-found': 404,
  'grant-used': 409,
  'reason-missing': 400,
  'lease-not-found': 404,
  'lease-exists': 409,
  'lease-not-issued': 409,
  'lease-suspended': 409,
  'lease-ended': 410,
  'change-in-progress': 409,
  'not-suspended': 409,
  'not-supported-by-issuer': 409,
  'exceeds-limits': 409,
  'expiry-in-the-past': 400,
  'issuer-not-found': 404,
  'key-not-found': 404,
  'key-not-requested': 409,
  'key-not-valid': 409,
  'difference-not-found': 404,
  'set-changed': 409,
  'set-empty': 409,
  'set-too-large': 409,
  'master-key-not-found': 404,
  'transition-not-allowed': 409,
  'rotation-running': 409,
  'still-wraps': 409,
  'wrong-code': 403,
  locked: 429,
  'link-not-found': 404,
  'link-expired': 410,
  'link-already-opened': 410,
  'link-superseded': 410,
  'claim-not-proven': 403,
};

/** The result of a command; a refusal is thrown as its class. */
export const resultOf = <Result, Code extends RefusalCode>(
  reply: CommandReply<Result, Code>,
): { readonly outcome: 'accepted' | 'ignored'; readonly result: Result } => {
  if (reply.outcome === 'refused') throw refusal(reply.code, reply.message);
  return reply;
};
