import { commandSubject, querySubject, type ServiceName } from '@keyledger/messaging';

interface Asked {
  readonly commands?: readonly string[];
  readonly queries?: readonly string[];
}

/**
 * What each service asks of others; its NATS user may send nothing else. A key leaves the vault by `RevealLease`, and
 * only delivery, which checks who opens a link, may send that.
 */
const asks: Readonly<Partial<Record<ServiceName, Readonly<Partial<Record<ServiceName, Asked>>>>>> = {
  gateway: {
    registry: { queries: ['GetModel', 'ListFeaturedModels', 'ListModels', 'ListProviders'] },
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
        'MarkMasterKeyCompromised',
        'ReplayDeadLetter',
        'ReplayDeadLetters',
        'ResumeMasterKey',
        'RetireMasterKey',
        'RotateMasterKey',
        'SuspendMasterKey',
      ],
      queries: ['FindLeaseByRequest', 'GetLease', 'ListDeadLetters', 'ListMasterKeys'],
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
