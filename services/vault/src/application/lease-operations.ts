import type { leaseOperations as operations } from '@keyledger/contracts-vault';
import type { InputOf, MessageContext, Operation, ReplyOf } from '@keyledger/messaging';
import { changeLeaseHandlers } from './commands/change-lease.handlers.ts';
import { type CustodianDeps, custodianHandlers } from './commands/custodian.handlers.ts';
import { endKeyHandlers } from './commands/end-key.handlers.ts';
import { type IssueLeaseDeps, issueLeaseHandler } from './commands/issue-lease.handler.ts';
import { leaseRevocationPreview, revokeLeasesHandler } from './commands/revoke-leases.handler.ts';
import type { LeaseReader } from './ports/lease-table.port.ts';
import { bulkRevocationQuery } from './queries/bulk-revocation.query.ts';
import { custodianTasksQuery } from './queries/custodian-tasks.query.ts';
import { leaseList } from './queries/lease.query.ts';

type Answer<O extends Operation> = (input: InputOf<O>, caller: MessageContext) => Promise<ReplyOf<O>>;

/** What the vault answers about keys that it issues, whatever the messages come by. */
export type LeaseOperations = {
  readonly [Name in keyof typeof operations]: Answer<(typeof operations)[Name]>;
};

export type LeaseOperationsDeps = IssueLeaseDeps & CustodianDeps & { readonly leases: LeaseReader };

export const leaseOperations = (deps: LeaseOperationsDeps): LeaseOperations => {
  const changes = changeLeaseHandlers(deps);
  const ends = endKeyHandlers(deps);
  const custodian = custodianHandlers(deps);
  const list = leaseList(deps.leases);
  const preview = leaseRevocationPreview(deps.leases);
  const bulkRevocation = bulkRevocationQuery(deps.eventStore);
  const tasks = custodianTasksQuery(deps);
  return {
    issueLease: issueLeaseHandler(deps),
    renewLease: changes.renew,
    changeLeaseLimits: changes.changeLimits,
    suspendLease: changes.suspend,
    resumeLease: changes.resume,
    rotateLease: ends.rotate,
    retireLeaseKey: ends.retireKey,
    revokeLease: ends.revoke,
    revokeLeases: revokeLeasesHandler(deps),
    handInKey: custodian.handIn,
    confirmKeyEnded: custodian.confirmEnded,
    listLeases: (input, { principal }) => list(input, principal),
    previewLeaseRevocation: (input, { principal }) => preview(input, principal),
    getBulkRevocation: (input, { principal }) => bulkRevocation(input, principal),
    listCustodianTasks: (input, { principal }) => tasks(input, principal),
  };
};
