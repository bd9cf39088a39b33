import {
  ApproveKeyRequest,
  DenyKeyRequest,
  GetKeyRequest,
  ListKeyRequests,
  ProveClaim,
  RetryKeyRequest,
  SubmitKeyRequest,
} from '@keyledger/contracts-approval';
import { GetKeyHistory, ListAuditEvents } from '@keyledger/contracts-audit';
import { FindDeliveriesByRequest, GetLink, OpenLink, ResendLink } from '@keyledger/contracts-delivery';
import {
  GetModel,
  IssueServiceToken,
  ListFeaturedModels,
  ListModels,
  ListProviders,
  ListServiceTokens,
  RevokeServiceToken,
  VerifyServiceToken,
} from '@keyledger/contracts-registry';
import {
  AcknowledgeDifference,
  ChangeLeaseLimits,
  ConfirmKeyEnded,
  FindLeaseByRequest,
  GetBulkRevocation,
  GetLease,
  GetSecret,
  GetSubmissionKey,
  GetTestRun,
  GrantCheckout,
  HandInKey,
  IssueLease,
  ListCustodianTasks,
  ListDifferences,
  ListLeases,
  ListLeaseUsage,
  ListMasterKeys,
  ListReconciliations,
  ListSecrets,
  MarkMasterKeyCompromised,
  PreviewLeaseRevocation,
  ReconcileIssuer,
  RenewLease,
  RepairDifference,
  ReplaceSecret,
  RestoreSecret,
  ResumeLease,
  ResumeMasterKey,
  RetireMasterKey,
  RevealSecret,
  RevokeCheckoutGrant,
  RevokeLease,
  RevokeLeases,
  RotateLease,
  RotateMasterKey,
  RotateSubmissionKey,
  SealSecret,
  ShredSecret,
  SuspendLease,
  SuspendMasterKey,
  TestKey,
  TestSecret,
  TestSecrets,
} from '@keyledger/contracts-vault';
import {
  clientOf,
  deadLetterOperations,
  healthOperations,
  type Principal,
  type RequestOptions,
  type RequestReply,
  type ServiceName,
} from '@keyledger/messaging';

/** Services with reactors. */
export const deadLetterServices = ['approval', 'vault', 'delivery'] as const;

export type DeadLetterService = (typeof deadLetterServices)[number];

const deadLetters = (service: DeadLetterService) => {
  const { ListDeadLetters, ReplayDeadLetter, ReplayDeadLetters } = deadLetterOperations(service);
  return {
    listDeadLetters: ListDeadLetters,
    replayDeadLetter: ReplayDeadLetter,
    replayDeadLetters: ReplayDeadLetters,
  };
};

const health = (service: Exclude<ServiceName, 'gateway'>) => ({ health: healthOperations(service).GetHealth });

/** All that the gateway asks of other services; its NATS user may send nothing else. */
export const servicesOver = (requestReply: RequestReply) => ({
  registry: clientOf(requestReply, {
    getModel: GetModel,
    listModels: ListModels,
    listFeaturedModels: ListFeaturedModels,
    listProviders: ListProviders,
    issueServiceToken: IssueServiceToken,
    revokeServiceToken: RevokeServiceToken,
    listServiceTokens: ListServiceTokens,
    verifyServiceToken: VerifyServiceToken,
    ...health('registry'),
  }),
  approval: clientOf(requestReply, {
    submit: SubmitKeyRequest,
    approve: ApproveKeyRequest,
    deny: DenyKeyRequest,
    retry: RetryKeyRequest,
    proveClaim: ProveClaim,
    get: GetKeyRequest,
    list: ListKeyRequests,
    ...deadLetters('approval'),
    ...health('approval'),
  }),
  vault: clientOf(requestReply, {
    getLease: GetLease,
    findLeaseByRequest: FindLeaseByRequest,
    getSubmissionKey: GetSubmissionKey,
    sealSecret: SealSecret,
    replaceSecret: ReplaceSecret,
    restoreSecret: RestoreSecret,
    shredSecret: ShredSecret,
    testKey: TestKey,
    testSecret: TestSecret,
    testSecrets: TestSecrets,
    getTestRun: GetTestRun,
    revealSecret: RevealSecret,
    rotateSubmissionKey: RotateSubmissionKey,
    grantCheckout: GrantCheckout,
    revokeCheckoutGrant: RevokeCheckoutGrant,
    getSecret: GetSecret,
    listSecrets: ListSecrets,
    listMasterKeys: ListMasterKeys,
    rotateMasterKey: RotateMasterKey,
    retireMasterKey: RetireMasterKey,
    suspendMasterKey: SuspendMasterKey,
    resumeMasterKey: ResumeMasterKey,
    markMasterKeyCompromised: MarkMasterKeyCompromised,
    changeLeaseLimits: ChangeLeaseLimits,
    confirmKeyEnded: ConfirmKeyEnded,
    handInKey: HandInKey,
    issueLease: IssueLease,
    renewLease: RenewLease,
    resumeLease: ResumeLease,
    revokeLease: RevokeLease,
    revokeLeases: RevokeLeases,
    rotateLease: RotateLease,
    suspendLease: SuspendLease,
    listLeases: ListLeases,
    listLeaseUsage: ListLeaseUsage,
    reconcileIssuer: ReconcileIssuer,
    repairDifference: RepairDifference,
    acknowledgeDifference: AcknowledgeDifference,
    listDifferences: ListDifferences,
    listReconciliations: ListReconciliations,
    previewLeaseRevocation: PreviewLeaseRevocation,
    getBulkRevocation: GetBulkRevocation,
    listCustodianTasks: ListCustodianTasks,
    ...deadLetters('vault'),
    ...health('vault'),
  }),
  delivery: clientOf(requestReply, {
    findByRequest: FindDeliveriesByRequest,
    getLink: GetLink,
    openLink: OpenLink,
    resendLink: ResendLink,
    ...deadLetters('delivery'),
    ...health('delivery'),
  }),
  audit: clientOf(requestReply, { listEvents: ListAuditEvents, getKeyHistory: GetKeyHistory, ...health('audit') }),
});

export type Services = ReturnType<typeof servicesOver>;

/** In whose name, and as part of what, a service is asked. */
export interface Asker {
  readonly principal: Principal;
  /** Of the HTTP request; the id of the key request where there is one. */
  readonly correlationId: string;
  readonly causationId: string;
}

export const askAs = (principal: Principal, scopeId: string, correlationId = scopeId): Asker => ({
  principal,
  correlationId,
  causationId: scopeId,
});

/** The same asker speaking about one key request: what it causes belongs to the life of that request. */
export const about = (asker: Asker, requestId: string): RequestOptions => ({ ...asker, correlationId: requestId });
