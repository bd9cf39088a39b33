import { type ExportedEvent, exportHistory, type StoredEvent, storedEvents, subjectOf } from './history.ts';
import { type JetStreamView, lookAtJetStream } from './jetstream.ts';
import { type Asked, eightAtATime, outcomeOf, wellEnded } from './load.ts';
import type { System } from './system.ts';

/** What must be in the history of a request that was approved at once, and whose link was opened, exactly once. */
const ONCE = [
  'SlotTaken',
  'KeyRequestSubmitted',
  'KeyRequestEvaluated',
  'KeyRequestApproved',
  'LeaseStarted',
  'SecretSealed',
  'LeaseKeySealed',
  'LeaseIssued',
  'DeliveryStarted',
  'DeliverySucceeded',
  'KeyRequestFulfilled',
  'LinkOpened',
];

/** What may be there besides: a mail server that was told of a mail and did not answer, a reveal that was repeated. */
const ALSO = ['DeliveryAttemptFailed', 'SecretRevealed', 'SecretRevealRepeated'];

const counted = (names: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};

const doubled = (ids: readonly string[]): string[] => [...counted(ids)].filter(([, n]) => n > 1).map(([id]) => id);

/** Every accepted request has its end, one live key, and one link that works. Opens the links. */
const brokenOutcomes = async (system: System, asked: readonly Asked[]): Promise<string[]> => {
  const found = await eightAtATime(asked, async (one) => {
    const outcome = await outcomeOf(system, one).catch(String);
    const isGood = JSON.stringify(outcome) === JSON.stringify(wellEnded(one));
    return isGood ? [] : [`request ${one.requestId} of ${one.email} came to ${JSON.stringify(outcome)}`];
  });
  return found.flat();
};

/** The issuer's own ledger is the witness: a live key for each request, and none of anybody else. */
const brokenLedger = ({ litellm }: System, asked: readonly Asked[]): string[] => {
  const wanted = new Set(asked.map(({ requestId }) => requestId));
  const found = litellm.ledger().map((row) => String(row.metadata.request_id));
  return [
    ...doubled(found).map((id) => `the issuer has more than one live key for request ${id}`),
    ...found.filter((id) => !wanted.has(id)).map((id) => `the issuer has a key of nobody: request ${id}`),
    ...[...wanted].filter((id) => !found.includes(id)).map((id) => `the issuer has no key for request ${id}`),
  ];
};

const brokenHistory = (stored: readonly StoredEvent[], asked: readonly Asked[]): string[] =>
  asked.flatMap(({ requestId }) => {
    const types = counted(stored.filter(({ correlationId }) => correlationId === requestId).map(({ type }) => type));
    const wrong = ONCE.filter((type) => types.get(type) !== 1).map((type) => `${types.get(type) ?? 0} × ${type}`);
    const odd = [...types.keys()].filter((type) => !ONCE.includes(type) && !ALSO.includes(type));
    const all = [...wrong, ...odd];
    return all.length === 0 ? [] : [`in the history of request ${requestId}: ${all.join(', ')}`];
  });

/** The auditors' copy is the event store, event by event. */
const brokenExport = (stored: readonly StoredEvent[], exported: readonly ExportedEvent[]): string[] => {
  const same = stored.findIndex(({ id, stream }, at) => exported[at]?.id !== id || exported[at]?.subject !== stream);
  return same === -1 && stored.length === exported.length
    ? []
    : [`event store (${stored.length}) and audit export (${exported.length}) part at ${JSON.stringify(stored[same])}`];
};

/** JetStream was told of all that is public, and of nothing else; everybody has reacted. */
const brokenReactions = (
  stored: readonly StoredEvent[],
  { events, unfinished, deadLetters }: JetStreamView,
): string[] => {
  const told = new Map(events.map(({ id, subject }) => [id, subject]));
  const known = new Map(stored.map((event) => [event.id, subjectOf(event)]));
  return [
    ...[...known].filter(([id, subject]) => told.get(id) !== subject).map(([id, at]) => `JetStream lacks ${id}, ${at}`),
    ...[...told]
      .filter(([id]) => !known.has(id))
      .map(([id, at]) => `JetStream has ${id}, ${at}, which nobody recorded`),
    ...unfinished.map((consumer) => `not done by ${consumer}`),
    ...deadLetters.map((subject) => `a dead letter at ${subject}`),
  ];
};

/** The newest reactions and read models follow a moment later. */
const settled = async (system: System): Promise<string[]> => {
  let found: string[] = [];
  const look = async (): Promise<string[]> => {
    const [stored, exported] = [await storedEvents(system), await exportHistory(system)];
    return (found = [...brokenExport(stored, exported), ...brokenReactions(stored, await lookAtJetStream(system))]);
  };
  await system.gateway
    .until(look, ({ length }) => length === 0)
    .catch((error: unknown) => {
      if (found.length === 0) found = [String(error)];
    });
  return found;
};

/**
 * What the product promises, and did not keep, to all who ever asked this system; `fresh` are those among them whose links
 * are still to be opened. Empty when all is well.
 */
export const brokenGuarantees = async (
  system: System,
  asked: readonly Asked[],
  fresh: readonly Asked[] = asked,
): Promise<readonly string[]> => {
  const outcomes = await brokenOutcomes(system, fresh);
  const rest = await settled(system);
  const stored = await storedEvents(system);
  const doubles = doubled(asked.map(({ requestId }) => requestId)).map((id) => `request ${id} was given to two askers`);
  const positions = doubled(stored.map(({ stream, revision }) => `${stream} ${revision}`)).map(
    (at) => `two events at ${at}`,
  );
  return [
    ...outcomes,
    ...doubles,
    ...brokenLedger(system, asked),
    ...brokenHistory(stored, asked),
    ...positions,
    ...rest,
  ];
};
