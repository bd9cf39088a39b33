/** What becomes of a request when a rule cannot answer. There is no way to say "go on". */
export type OnError = 'retry' | 'review' | 'deny';

export interface HttpRule {
  readonly rule: 'http';
  /** Without user name, password or query: what a policy version may show. */
  readonly endpoint: string;
  readonly timeoutMs: number;
  readonly isSigned: boolean;
  readonly onError: OnError;
}

/** One rule of the chain, with the names and meanings of LLM Key Requestor. */
export type PolicyRule =
  /** Approves models that match, else continues. */
  | { readonly rule: 'whitelist'; readonly patterns: readonly string[] }
  /** Denies models that match, else continues. */
  | { readonly rule: 'blacklist'; readonly patterns: readonly string[] }
  /** Approves addresses that match and denies all others: nothing behind it is ever asked. */
  | { readonly rule: 'email'; readonly pattern: string }
  /** Sends models that match to a reviewer, else continues. */
  | { readonly rule: 'humanintheloop'; readonly patterns: readonly string[]; readonly reviewer: string }
  /** Asks a webhook. */
  | HttpRule;

export type PolicyRules = readonly PolicyRule[];

export type Verdict = 'approve' | 'deny' | 'continue' | 'review' | 'unavailable';

export interface Answer {
  readonly verdict: Verdict;
  /** A sentence for people; the requester may see it. */
  readonly reason: string;
}

export interface RuleVerdict extends Answer {
  /** Place of the rule in the chain, from 0. */
  readonly index: number;
  readonly rule: PolicyRule['rule'];
}

/** What rules look at. */
export interface PolicySubject {
  readonly modelId: string;
  readonly email: string;
}
