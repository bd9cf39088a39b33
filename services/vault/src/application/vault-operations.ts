import type {
  FindLeaseByRequest,
  GetLease,
  ListIssuerModels,
  ListMasterKeys,
  RevealLease,
} from '@keyledger/contracts-vault';
import type { InputOf, MessageContext, Operation, ReplyOf } from '@keyledger/messaging';
import { type MasterKeyHandlerDeps, masterKeyHandlers } from './commands/master-key.handlers.ts';
import type { RecordedRevealDeps } from './commands/recorded-reveal.ts';
import { revealLeaseHandler } from './commands/reveal-lease.handler.ts';
import type { Issuers } from './ports/issuer.port.ts';
import { issuerModelsQuery } from './queries/issuer-models.query.ts';
import { leaseQueries } from './queries/lease.query.ts';
import { type MasterKeysQueryDeps, masterKeysQuery } from './queries/master-keys.query.ts';

type Answer<O extends Operation> = (input: InputOf<O>, caller: MessageContext) => Promise<ReplyOf<O>>;

/** What the vault answers, whatever the messages come by. */
export interface VaultOperations extends ReturnType<typeof masterKeyHandlers> {
  readonly revealLease: Answer<typeof RevealLease>;
  readonly getLease: Answer<typeof GetLease>;
  readonly findLeaseByRequest: Answer<typeof FindLeaseByRequest>;
  readonly listIssuerModels: Answer<typeof ListIssuerModels>;
  readonly listMasterKeys: Answer<typeof ListMasterKeys>;
}

type Deps = RecordedRevealDeps & MasterKeyHandlerDeps & MasterKeysQueryDeps & { readonly issuers: Issuers };

export const vaultOperations = (deps: Deps): VaultOperations => {
  const leases = leaseQueries(deps.eventStore);
  const listModels = issuerModelsQuery(deps.issuers);
  const listMasterKeys = masterKeysQuery(deps);
  return {
    ...masterKeyHandlers(deps),
    revealLease: revealLeaseHandler(deps),
    getLease: (input, { principal }) => leases.get(input, principal),
    findLeaseByRequest: (input, { principal }) => leases.findByRequest(input, principal),
    listIssuerModels: (_input, { principal }) => listModels(principal),
    listMasterKeys: (_input, { principal }) => listMasterKeys(principal),
  };
};
