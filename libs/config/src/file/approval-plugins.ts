import { choice, emailAddress, host, httpEndpoint, type Kind, secondsOrDuration, secret, text } from '../kind.ts';
import type { Section } from './section.ts';
import { suggestionFor } from './suggestion.ts';

/** What a rule that cannot answer means. Never "continue": the chain fails closed. */
export type OnError = 'retry' | 'review' | 'deny';

interface Rule<Name extends string, Config> {
  readonly name: Name;
  readonly config: Config;
  /** Default: retry; after the allowed number of retries a person decides. */
  readonly onError: OnError;
  /** Line of the rule in the file, for messages about it. */
  readonly line: number;
}

/** Patterns are globs over the whole model id: `*`, `?`, `[…]`; case-sensitive; `*` crosses slashes. */
export type WhitelistConfig = { readonly list: readonly string[] };
/** A glob over the requester's address, such as `*@example.com`. */
export type EmailRuleConfig = { readonly pattern: string };
export type HumanInTheLoopConfig = { readonly email: string; readonly patterns: readonly string[] };
export type HttpRuleConfig = {
  readonly endpoint: string;
  readonly timeoutMs: number;
  /** Signs the calls (HMAC), so that the webhook can tell them from others. */
  readonly secret: string | undefined;
  /** Hosts that may be called although they are private addresses. */
  readonly allowPrivate: readonly string[];
};

export type ApprovalPluginConfig =
  | Rule<'whitelist', WhitelistConfig>
  | Rule<'blacklist', WhitelistConfig>
  | Rule<'email', EmailRuleConfig>
  | Rule<'http', HttpRuleConfig>
  | Rule<'humanintheloop', HumanInTheLoopConfig>;

const A_LIST_OF_PATTERNS = 'a list of patterns';

const pattern: Kind<string> = { ...text, expected: 'a pattern as text' };

const onError = choice('retry', 'review', 'deny');

const configReaders = {
  whitelist: (config) => ({ list: config.requiredList('list', A_LIST_OF_PATTERNS, pattern) }),
  blacklist: (config) => ({ list: config.requiredList('list', A_LIST_OF_PATTERNS, pattern) }),
  email: (config) => ({ pattern: config.required('pattern', pattern) }),
  http: (config, { webhookTimeoutMs }) => ({
    endpoint: config.required('endpoint', httpEndpoint),
    timeoutMs: config.optional('timeout', secondsOrDuration) ?? webhookTimeoutMs,
    secret: config.optional('secret', secret),
    allowPrivate: config.list('allow_private', 'a list of hosts', host) ?? [],
  }),
  humanintheloop: (config) => ({
    email: config.required('email', emailAddress),
    patterns: config.requiredList('patterns', A_LIST_OF_PATTERNS, pattern),
  }),
} satisfies {
  readonly [Plugin in ApprovalPluginConfig as Plugin['name']]: (
    config: Section,
    defaults: { readonly webhookTimeoutMs: number },
  ) => Plugin['config'];
};

const names = Object.keys(configReaders) as (keyof typeof configReaders)[];

const readOnError = (rule: Section, config: Section): OnError => {
  const given = [
    rule.optional('onError', onError),
    rule.optional('on_error', onError),
    config.optional('onError', onError),
    config.optional('on_error', onError),
  ].filter((value) => value !== undefined);
  if (given.length > 1) rule.refuse('on_error', 'is set twice; say it once');
  return given[0] ?? 'retry';
};

const readRule = (rule: Section, defaults: { readonly webhookTimeoutMs: number }): ApprovalPluginConfig | undefined => {
  const given = rule.required('name', text);
  const config = rule.section('config');
  const name = names.find((known) => known === given);
  if (name === undefined) {
    if (given !== undefined) rule.refuse('name', `is not a rule; ${suggestionFor(given, names)}`);
    return undefined;
  }
  const read = configReaders[name](config, defaults);
  const result = { name, config: read, onError: readOnError(rule, config), line: rule.line } as ApprovalPluginConfig;
  config.end();
  rule.end();
  return result;
};

/** Reads the chain. One rule that cannot be read spoils the whole file: a chain never runs with a rule missing. */
export const readApprovalPlugins = (
  root: Section,
  defaults: { readonly webhookTimeoutMs: number },
): readonly ApprovalPluginConfig[] =>
  root
    .sections('approval_plugins', 'a list of rules, each with name and config')
    .map((rule) => readRule(rule, defaults))
    .filter((rule) => rule !== undefined);
