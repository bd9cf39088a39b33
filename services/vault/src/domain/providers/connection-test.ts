/** What a test of a connection may find. */
export const testOutcomes = [
  'ok',
  /** The only one that blames the key. */
  'invalid-key',
  /** The key is real and may not do this. */
  'forbidden',
  /** The key is real and has no credit or quota left. */
  'billing',
  'rate-limited',
  'model-unavailable',
  'bad-request',
  /** No answer of the provider: name, TLS, time, or an address that may not be called. */
  'unreachable',
  'provider-error',
  'unknown',
] as const;

export type TestOutcome = (typeof testOutcomes)[number];

/** `authenticate` costs nothing; `complete` is the smallest chat that there is. */
export const stages = ['authenticate', 'complete'] as const;

export type Stage = (typeof stages)[number];

/** What is odd about a key that works. */
export const testWarnings = ['management-key'] as const;

/** An answer over HTTP. Names of headers are in lower case; a body that is no JSON is text. */
export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface TestVerdict {
  readonly outcome: TestOutcome;
  /** When the provider said so. */
  readonly retryAfterSeconds?: number;
  /** Of the provider, redacted and short: several quote the key or a part of it. */
  readonly message?: string;
  /** The same call is worth another attempt with this change. */
  readonly retryWith?: 'max_completion_tokens';
  readonly warning?: (typeof testWarnings)[number];
}

/** One call, without the key: that is put into `keyHeader` by whoever sends it. */
export interface ProviderCall {
  readonly method: 'GET' | 'POST';
  /** Absolute, below the address of the connection unless `url` says otherwise. */
  readonly path: string;
  /** For providers whose calls go to several hosts. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Where a key is used: the address that it is sent to, and the model that a chat is held with. */
export interface ConnectionTarget {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** Empty where no chat is asked for. */
  readonly model: string;
  /** Set after a verdict that asked for it. */
  readonly tokenLimit?: 'max_completion_tokens';
}

export interface Provider {
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  /** `{…}` stands for what each customer has for himself. */
  readonly baseUrl: string;
  /** The key follows `prefix` in this header. */
  readonly keyHeader: { readonly name: string; readonly prefix: string };
  /** True where a connection may do without a key; then the header is left out. */
  readonly isKeyOptional?: true;
  /** What else than the key may be wrong when the provider blames it. */
  readonly invalidKeyHint?: string;
  authenticate(target: ConnectionTarget): ProviderCall;
  complete(target: ConnectionTarget): ProviderCall;
  /** What this provider says otherwise than most; `undefined` leaves it to the general rules. */
  judge?(answer: ProviderAnswer, stage: Stage): Partial<TestVerdict> | undefined;
}

/** A call counts as authenticated after `forbidden` as well: only the chat tells whether such a key is of use. */
export const goesOn = ({ outcome }: TestVerdict): boolean => outcome === 'ok' || outcome === 'forbidden';

/** Worth one more attempt by itself. Whatever blames key, rights or money is not. */
export const isWorthRetrying = ({ outcome }: TestVerdict): boolean =>
  outcome === 'provider-error' || outcome === 'unreachable';
