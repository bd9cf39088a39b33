import type { DifferenceView, ListDifferences, ListReconciliations } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { type EventStore, loadStream, streamName } from '@keyledger/event-sourcing';
import { cutPage, hasRole, type InputOf, type Page, placeIn, type Principal, type ReplyOf } from '@keyledger/messaging';
import { reconciliation } from '../../domain/reconciliation/reconciliation.decider.ts';
import { reconciliationCodec } from '../../domain/reconciliation/reconciliation.messages.ts';
import type { DifferenceCursor, DifferenceReader } from '../ports/difference-table.port.ts';
import type { Issuers } from '../ports/issuer.port.ts';
import { differenceAfter, isAboutDifference } from '../projections/differences.projection.ts';
import { hasInventory } from '../reconciliation/compare-issuer.ts';

const assertMaySee = (principal: Principal): void => {
  if (!hasRole(principal, 'admin', 'auditor'))
    throw new AppError('forbidden', 'Differences are shown to administrators and auditors');
};

const cursorIn = (after: string): DifferenceCursor => {
  const [foundAt, differenceId] = placeIn(after);
  return { foundAt, differenceId };
};

/** A difference as lists show it, folded from the stream of its issuer: it knows what was written a moment ago. */
export const differenceView =
  (eventStore: EventStore) =>
  async (issuer: string, differenceId: string): Promise<DifferenceView | undefined> => {
    let view: DifferenceView | undefined;
    for await (const recorded of eventStore.readStream(streamName(reconciliation.category, issuer))) {
      const event = reconciliationCodec.decode(recorded);
      if (isAboutDifference(event) && event.data.differenceId === differenceId) view = differenceAfter(view, event);
    }
    return view;
  };

type Reconciliations = ReplyOf<typeof ListReconciliations>;

export const differenceQueries = (eventStore: EventStore, issuers: Issuers, reader: DifferenceReader) => {
  const list = async (
    { first, after, statuses, issuer, kind, leaseId }: InputOf<typeof ListDifferences>,
    principal: Principal,
  ): Promise<Page<DifferenceView>> => {
    assertMaySee(principal);
    const filter = {
      statuses,
      ...(issuer === undefined ? {} : { issuer }),
      ...(kind === undefined ? {} : { kind }),
      ...(leaseId === undefined ? {} : { leaseId }),
    };
    const found = await reader.page(filter, first + 1, after === undefined ? undefined : cursorIn(after));
    return cutPage(found, first, ({ foundAt, differenceId }) => [foundAt, differenceId]);
  };

  const reconciliationOf = async (issuer: string): Promise<Reconciliations['reconciliations'][number]> => {
    const { completed, requested } = (await loadStream(eventStore, reconciliation, issuer)).state;
    return {
      issuer,
      ...(completed === undefined ? {} : { completed }),
      ...(requested === undefined ? {} : { requested }),
    };
  };

  const reconciliations = async (principal: Principal): Promise<Reconciliations> => {
    assertMaySee(principal);
    const comparable = issuers.names.flatMap((name) => issuers.find(name) ?? []).filter(hasInventory);
    return { reconciliations: await Promise.all(comparable.map(({ name }) => reconciliationOf(name))) };
  };

  return { list, reconciliations };
};
