import { isAccepted, linkIn, mailTo, openLink, type OpenedKey, untilStatus } from './requester.ts';
import type { Submitted } from './gateway.ts';
import type { System } from './system.ts';

const LOAD_MODEL = 'llama-3.1-8b';

export interface Asked extends Submitted {
  readonly email: string;
}

/**
 * Submits until an answer comes, as a client does that repeats with its idempotency key: what was answered once must
 * hold, whatever was killed in between.
 */
export const askPersistently = async (system: System, email: string, modelId = LOAD_MODEL): Promise<Asked> => {
  const input = { modelId, email, idempotencyKey: `load-${email}` };
  const submitted = await system.gateway.until(
    () => system.gateway.requestKey(input),
    () => true,
  );
  return { ...submitted, email };
};

/** A few at a time, as many people do who are not in step. Keeps the order. */
const eightAtATime = async <Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = [];
  const waiting = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return results;
};

/** Many people ask, a few at a time. `between` runs after each answer. */
export const askMany = async (
  system: System,
  count: number,
  name: string,
  between: (answered: number) => void = () => undefined,
): Promise<readonly Asked[]> => {
  const emails = Array.from({ length: count }, (_, index) => `${name}-${index}@example.com`);
  let answered = 0;
  return eightAtATime(emails, async (email) => {
    const asked = await askPersistently(system, email);
    answered += 1;
    between(answered);
    return asked;
  });
};

export interface Outcome {
  readonly asked: Asked;
  readonly status: string;
  /** Live keys of this person at the issuer. */
  readonly keys: number;
  /** Different links that were mailed. */
  readonly links: number;
  /** The link opened with the code of the request, and the key behind it was accepted by the issuer. */
  readonly isWorking: boolean;
}

/** Waits for the end of a request and looks at it from all sides; opens the link of `isOpened` ones. */
export const outcomeOf = async (system: System, asked: Asked): Promise<Outcome> => {
  const status = await untilStatus(system, asked.requestId, 'FULFILLED', 'FAILED', 'DENIED', 'EXPIRED');
  const link = linkIn(await mailTo(system, asked.email, /claim/));
  const links = new Set(
    system.mailbox
      .messages()
      .filter(({ to }) => to.includes(asked.email))
      .map(linkIn),
  );
  const response = await system.gateway.until(
    () => openLink(system, link, asked.claimCode ?? ''),
    (answer) => answer.status !== 503,
  );
  const { key = '' } = (await response.json()) as Partial<OpenedKey>;
  return {
    asked,
    status,
    keys: system.litellm.ledger().filter((row) => row.user_id === asked.email).length,
    links: links.size,
    isWorking: response.status === 200 && (await isAccepted(system, key, LOAD_MODEL)),
  };
};

export const outcomesOf = (system: System, asked: readonly Asked[]): Promise<Outcome[]> =>
  eightAtATime(asked, (one) => outcomeOf(system, one));

/** What every accepted request must come to. */
export const wellEnded = (asked: Asked): Outcome => ({
  asked,
  status: 'FULFILLED',
  keys: 1,
  links: 1,
  isWorking: true,
});

interface ExportedEvent {
  readonly id: string;
  readonly type: string;
  readonly sequence: string;
  readonly subject: string;
}

/** The whole history as an auditor exports it. */
export const exportHistory = async (system: System): Promise<readonly ExportedEvent[]> => {
  const response = await system.gateway.fetch('/api/audit/export', { headers: system.gateway.administrator });
  if (response.status !== 200) throw new Error(`The export answers ${response.status}`);
  const text = await response.text();
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ExportedEvent);
};
