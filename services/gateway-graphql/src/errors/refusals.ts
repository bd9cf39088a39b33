import type { CommandReply } from '@keyledger/messaging';
import type { RefusalCode } from './refusal-codes.ts';

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
  'delivery-superseded': refusalClass('DeliverySupersededError'),
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
  'batch-too-large': refusalClass('BatchTooLargeError'),
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
  'too-many-keys': refusalClass('TooManyKeysError'),
  'expiry-in-the-past': refusalClass('ExpiryInThePastError'),
  'issuer-not-found': refusalClass('IssuerNotFoundError'),
  'key-not-found': refusalClass('KeyNotFoundError'),
  'key-not-requested': refusalClass('KeyNotRequestedError'),
  'key-not-valid': refusalClass('KeyNotValidError'),
  'key-taken': refusalClass('KeyTakenError'),
  'difference-not-found': refusalClass('DifferenceNotFoundError'),
  'set-changed': refusalClass('SetChangedError'),
  'set-empty': refusalClass('SetEmptyError'),
  'set-too-large': refusalClass('SetTooLargeError'),
} as const satisfies Partial<Record<RefusalCode, typeof Refusal>>;

const classOf = (code: RefusalCode): typeof Refusal =>
  (refusalClasses as Partial<Record<RefusalCode, typeof Refusal>>)[code] ?? Refusal;

export const refusal = (code: RefusalCode, message: string): Refusal => new (classOf(code))(code, message);

/** The result of a command; a refusal is thrown as its class. */
export const resultOf = <Result, Code extends RefusalCode>(
  reply: CommandReply<Result, Code>,
): { readonly outcome: 'accepted' | 'ignored'; readonly result: Result } => {
  if (reply.outcome === 'refused') throw refusal(reply.code, reply.message);
  return reply;
};
