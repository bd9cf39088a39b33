import { commandSubject, querySubject, type ServiceName } from '@keyledger/messaging';

interface Asked {
  readonly commands?: readonly string[];
  readonly queries?: readonly string[];
}

/**
 * What each service asks of others; its NATS user may send nothing else. The key of a lease leaves the vault by
 * `RevealLease`, and only delivery, which checks who opens a link, may send that. `RevealSecret` is the gateway's, which
 * proves who the person is; the vault decides.
 */
const asks: Readonly<Partial<Record<ServiceName, Readonly<Partial<Record<ServiceName, Asked>>>>>> = {
  gateway: {
    registry: {
      commands: ['IssueServiceToken', 'RevokeServiceToken'],
      queries: [
        'GetModel',
        'ListFeaturedModels',
        'ListModels',
        'ListProviders',
        'ListServiceTokens',
        'VerifyServiceToken',
      ],
    },
    approval: {
      commands: [
        'ApproveKeyRequest',
        'DenyKeyRequest',
        'ProveClaim',
        'ReplayDeadLetter',
        'ReplayDeadLetters',
        'RetryKeyRequest',
        'SubmitKeyRequest',
      ],
      queries: ['GetKeyRequest', 'ListDeadLetters', 'ListKeyRequests'],
    },
    vault: {
      commands: [
        'AcknowledgeDifference',
        'ChangeLeaseLimits',
        'ConfirmKeyEnded',
        'GrantCheckout',
        'HandInKey',
        'IssueLease',
        'MarkMasterKeyCompromised',
        'ReconcileIssuer',
        'RenewLease',
        'RepairDifference',
        'ReplaceSecret',
        'ReplayDeadLetter',
        'ReplayDeadLetters',
        'RestoreSecret',
        'ResumeLease',
        'ResumeMasterKey',
        'RetireLeaseKey',
        'RetireMasterKey',
        'RevealSecret',
        'RevealSecrets',
        'RevokeCheckoutGrant',
        'RevokeLease',
        'RevokeLeases',
        'RotateLease',
        'RotateMasterKey',
        'RotateSubmissionKey',
        'SealSecret',
        'SealSecrets',
        'ShredSecret',
        'SuspendLease',
        'SuspendMasterKey',
        'TestKey',
        'TestSecret',
        'TestSecrets',
      ],
      queries: [
        'FindLeaseByRequest',
        'GetBulkRevocation',
        'GetLease',
        'GetSecret',
        'GetSubmissionKey',
        'GetTestRun',
        'ListConnectionProviders',
        'ListCustodianTasks',
        'ListDeadLetters',
        'ListDifferences',
        'ListLeaseUsage',
        'ListLeases',
        'ListMasterKeys',
        'ListReconciliations',
        'ListSecrets',
        'PreviewLeaseRevocation',
      ],
    },
    delivery: {
      commands: ['OpenLink', 'ReplayDeadLetter', 'ReplayDeadLetters', 'ResendLink'],
      queries: ['FindDeliveriesByRequest', 'GetLink', 'ListDeadLetters'],
    },
    audit: { queries: ['GetKeyHistory', 'ListAuditEvents'] },
  },
  registry: { vault: { queries: ['ListIssuerModels'] } },
  approval: { registry: { queries: ['GetModel'] } },
  delivery: { vault: { commands: ['RevealLease'] } },
};

/** Subjects that `service` may send requests to. */
export const requestSubjectsOf = (service: ServiceName): readonly string[] =>
  (Object.entries(asks[service] ?? {}) as [ServiceName, Asked][]).flatMap(
    ([answering, { commands = [], queries = [] }]) => [
      ...commands.map((name) => commandSubject(answering, name)),
      ...queries.map((name) => querySubject(answering, name)),
    ],
  );
