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
export const eightAtATime = async <Item, Result>(
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

export interface Manner {
  readonly modelId?: string;
  /** Runs before each request, and may let it wait. */
  readonly before?: () => Promise<void>;
  /** Runs after each answer. */
  readonly after?: (asked: Asked) => void;
}

/** Many people ask, a few at a time. */
export const askMany = async (
  system: System,
  count: number,
  name: string,
  { modelId, before, after }: Manner = {},
): Promise<readonly Asked[]> => {
  const emails = Array.from({ length: count }, (_, index) => `${name}-${index}@example.com`);
  return eightAtATime(emails, async (email) => {
    await before?.();
    const asked = await askPersistently(system, email, modelId);
    after?.(asked);
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
