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
  clientOf,
  deadLetterOperations,
  healthOperations,
  type RequestReply,
  type ServiceName,
} from '@keyledger/messaging';
import { vaultOperations } from './vault-operations.ts';

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
  vault: clientOf(requestReply, { ...vaultOperations, ...deadLetters('vault'), ...health('vault') }),
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
