import type { DifferenceView, ListDifferences, ListReconciliations } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { type EventStore, loadStream, streamName } from '@keyledger/event-sourcing';
import { hasRole, type InputOf, type Page, type Principal, type ReplyOf } from '@keyledger/messaging';
import { z } from 'zod';
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

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

const encodeCursor = ({ foundAt, differenceId }: DifferenceCursor): string =>
  Buffer.from(JSON.stringify([foundAt, differenceId])).toString('base64url');

const decodeCursor = (text: string): DifferenceCursor => {
  try {
    const [foundAt, differenceId] = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { foundAt, differenceId };
  } catch (cause) {
    throw new AppError('malformed', 'The cursor does not come from this list', { cause });
  }
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
    const found = await reader.page(filter, first + 1, after === undefined ? undefined : decodeCursor(after));
    const items = found.slice(0, first);
    const last = items.at(-1);
    return { items, ...(found.length > first && last !== undefined ? { next: encodeCursor(last) } : {}) };
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
