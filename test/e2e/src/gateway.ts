import { createParser, type GraphQlAnswer } from './sse.ts';

export interface Submitted {
  readonly requestId: string;
  readonly status: string;
  readonly claimCode: string | null;
  readonly wasAlreadyOpen: boolean;
}

/** How long a step of a test may take before it counts as lost. */
export const PATIENCE_MS = 60_000;

const REQUEST_KEY = `mutation ($input: RequestKeyInput!) {
  requestKey(input: $input) {
    __typename
    ... on RequestKeySuccess { requestId status claimCode wasAlreadyOpen }
    ... on Error { code message }
  }
}`;

/** What a frontend, a person with a browser and an administrator do with the gateway. */
export class Gateway {
  readonly url: string;
  readonly #basic: string;

  constructor(url: string, adminPassword: string) {
    this.url = url;
    this.#basic = `Basic ${Buffer.from(`admin:${adminPassword}`).toString('base64')}`;
  }

  get administrator(): Readonly<Record<string, string>> {
    return { authorization: this.#basic };
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(new URL(path, this.url), { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS), ...init });
  }

  /** Throws when the answer has top-level errors. */
  async graphql<Data>(
    query: string,
    variables: object = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Data> {
    const answer = await this.graphqlAnswer<Data>(query, variables, headers);
    if (answer.errors !== undefined || answer.data === undefined) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  }

  async graphqlAnswer<Data>(
    query: string,
    variables: object = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<GraphQlAnswer<Data>> {
    const response = await this.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphQlAnswer<Data>;
  }

  /** Submits a request and expects that it is taken. */
  async requestKey(input: Readonly<Record<string, unknown>>): Promise<Submitted> {
    const { requestKey } = await this.graphql<{ requestKey: Submitted & { __typename: string } }>(REQUEST_KEY, {
      input,
    });
    if (requestKey.__typename !== 'RequestKeySuccess') throw new Error(JSON.stringify(requestKey));
    return requestKey;
  }

  /** Each state that a subscription shows, until the consumer leaves. */
  async *subscribe<Data>(
    query: string,
    variables: object,
    headers: Readonly<Record<string, string>> = {},
  ): AsyncIterable<Data> {
    const stop = new AbortController();
    const response = await fetch(new URL('/graphql', this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      body: JSON.stringify({ query, variables }),
      signal: stop.signal,
    });
    try {
      for await (const answer of createParser<Data>(response)) {
        if (answer.data === undefined || answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
        yield answer.data;
      }
    } finally {
      stop.abort();
    }
  }

  /** Asks until the answer is what is wanted; fails with the last one after a minute. */
  async until<Answer>(ask: () => Promise<Answer>, wanted: (answer: Answer) => boolean): Promise<Answer> {
    const endsAt = Date.now() + PATIENCE_MS;
    for (;;) {
      let last: string;
      try {
        const answer = await ask();
        if (wanted(answer)) return answer;
        last = JSON.stringify(answer) ?? 'nothing';
      } catch (error) {
        last = String(error);
      }
      if (Date.now() > endsAt) throw new Error(`Waited in vain; last answer: ${last.slice(0, 500)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
