import type { CustodianTask, ListCustodianTasks } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { cutPage, type InputOf, type Page, type Principal, toActor } from '@keyledger/messaging';
import { hasProven } from '../../domain/policies/custody.policy.ts';
import { custodianTasksOf } from '../custodian-tasks.ts';
import type { Issuers } from '../ports/issuer.port.ts';
import type { LeaseReader } from '../ports/lease-table.port.ts';
import { cursorIn, leasePlace } from './lease-cursor.ts';

/** Pages are of leases, and a lease may have several tasks: a page may be a little longer than asked for. */
export const custodianTasksQuery =
  ({ leases, issuers }: { readonly leases: LeaseReader; readonly issuers: Issuers }) =>
  async ({ first, after }: InputOf<typeof ListCustodianTasks>, principal: Principal): Promise<Page<CustodianTask>> => {
    if (!hasProven(toActor(principal), 'admin'))
      throw new AppError('forbidden', 'The tasks of custodians are for administrators');
    const cursor = after === undefined ? undefined : cursorIn(after);
    const found = await leases.page({ hasCustodianTask: true }, first + 1, cursor);
    const page = cutPage(found, first, leasePlace);
    return { ...page, items: page.items.flatMap(({ lease }) => custodianTasksOf(issuers, lease)) };
  };
