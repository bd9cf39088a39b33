import type {
  AcknowledgeDifference,
  DifferenceView,
  ReconcileIssuer,
  RepairDifference,
} from '@keyledger/contracts-vault';
import { isTransient } from '@keyledger/errors';
import { type Clock, commandHandler, deriveSequentialId, type EventStore } from '@keyledger/event-sourcing';
import {
  commandContextOf,
  type InputOf,
  type MessageContext,
  type Operation,
  type ReplyOf,
  toActor,
} from '@keyledger/messaging';
import { hasProven } from '../../domain/policies/custody.policy.ts';
import { reconciliation } from '../../domain/reconciliation/reconciliation.decider.ts';
import type { DifferenceReader } from '../ports/difference-table.port.ts';
import type { Issuer, Issuers } from '../ports/issuer.port.ts';
import { differenceView } from '../queries/differences.query.ts';
import { hasInventory } from '../reconciliation/compare-issuer.ts';
import type { RepairDifferenceOnce } from '../reconciliation/repair-difference.ts';

export interface ReconciliationHandlerDeps {
  readonly eventStore: EventStore;
  readonly issuers: Issuers;
  readonly differences: DifferenceReader;
  readonly repair: RepairDifferenceOnce;
  readonly clock: Clock;
}

type Handler<O extends Operation> = (input: InputOf<O>, caller: MessageContext) => Promise<ReplyOf<O>>;

const messages = {
  'not-permitted': 'Differences between issuers and the ledger are in the hands of administrators',
  'issuer-not-found': 'There is no issuer of this name',
  'not-supported-by-issuer': 'This issuer has no list of its keys that could be compared',
  'difference-not-found': 'There is no such difference, or it is over',
} as const;

const refused = <Code extends keyof typeof messages>(code: Code) =>
  ({ outcome: 'refused', code, message: messages[code] }) as const;

export const reconciliationHandlers = (deps: ReconciliationHandlerDeps) => {
  const { eventStore, issuers, clock } = deps;
  const handle = commandHandler(eventStore, reconciliation);
  const viewOf = differenceView(eventStore);

  const all = (): readonly Issuer[] => issuers.names.flatMap((name) => issuers.find(name) ?? []).filter(hasInventory);

  const request = async (issuer: string, caller: MessageContext) => {
    const runId = deriveSequentialId(caller.messageId, issuer);
    const data = { issuer, runId, caller: toActor(caller.principal), now: clock().toISOString() };
    const handled = await handle(issuer, { type: 'RequestReconciliation', data }, commandContextOf(caller, clock()));
    const { requested, completed } = handled.state;
    const known = requested ?? { runId: completed?.runId ?? runId, requestedAt: completed?.completedAt ?? data.now };
    return { outcome: handled.outcome, run: { issuer, ...known } };
  };

  const reconcileIssuer: Handler<typeof ReconcileIssuer> = async ({ issuer: name }, caller) => {
    if (!hasProven(toActor(caller.principal), 'admin')) return refused('not-permitted');
    const one = name === undefined ? undefined : issuers.find(name);
    if (name !== undefined && one === undefined) return refused('issuer-not-found');
    if (one !== undefined && !hasInventory(one)) return refused('not-supported-by-issuer');
    const asked = [];
    for (const issuer of one === undefined ? all() : [one]) asked.push(await request(issuer.name, caller));
    const result = { runs: asked.map(({ run }) => run) };
    return asked.some(({ outcome }) => outcome === 'accepted')
      ? { outcome: 'accepted', result }
      : { outcome: 'ignored', because: 'a comparison has been asked for', result };
  };

  /** The difference as its stream has it: whoever asked sees what became of it. */
  const shown = async (issuer: string, differenceId: string): Promise<DifferenceView> => {
    const view = await viewOf(issuer, differenceId);
    if (view === undefined) throw new Error('A difference that was handled is not known');
    return view;
  };

  /** What the issuer does not do at once is gone on with by the runner. */
  const repairDifference: Handler<typeof RepairDifference> = async ({ differenceId }, caller) => {
    if (!hasProven(toActor(caller.principal), 'admin')) return refused('not-permitted');
    const name = await deps.differences.issuerOf(differenceId);
    const issuer = name === undefined ? undefined : issuers.find(name);
    if (name === undefined || issuer === undefined) return refused('difference-not-found');
    const context = commandContextOf(caller, clock());
    const subject = { issuer: name, differenceId, repairId: caller.messageId };
    const data = { ...subject, caller: toActor(caller.principal), now: clock().toISOString() };
    const handled = await handle(name, { type: 'StartRepair', data }, context);
    if (handled.outcome === 'refused') return refused(handled.code);
    const known = handled.state.known.get(differenceId);
    try {
      if (known !== undefined) await deps.repair(issuer, known, context);
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    const result = await shown(name, differenceId);
    return handled.outcome === 'ignored'
      ? { outcome: 'ignored', because: handled.because, result }
      : { outcome: 'accepted', result };
  };

  const acknowledgeDifference: Handler<typeof AcknowledgeDifference> = async ({ differenceId, reason }, caller) => {
    if (!hasProven(toActor(caller.principal), 'admin')) return refused('not-permitted');
    const issuer = await deps.differences.issuerOf(differenceId);
    if (issuer === undefined) return refused('difference-not-found');
    const data = { issuer, differenceId, reason, caller: toActor(caller.principal), now: clock().toISOString() };
    const context = commandContextOf(caller, clock());
    const handled = await handle(issuer, { type: 'AcknowledgeDifference', data }, context);
    if (handled.outcome === 'refused') return refused(handled.code);
    const result = await shown(issuer, differenceId);
    return handled.outcome === 'ignored'
      ? { outcome: 'ignored', because: handled.because, result }
      : { outcome: 'accepted', result };
  };

  return { reconcileIssuer, repairDifference, acknowledgeDifference };
};
