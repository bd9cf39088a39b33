import { createSecretKey } from 'node:crypto';
import type { ApprovalPluginConfig } from '@keyledger/config';
import type { Clock } from '@keyledger/event-sourcing';
import { httpWebhook } from './adapters/webhook/http.webhook.ts';
import type { Webhooks } from './application/ports/webhook.port.ts';
import type { PolicyRule, PolicyRules } from './domain/policy-chain/policy-rule.ts';

/** Credentials and queries stay in the configuration: the rule is stored and shown. */
const publicEndpoint = (endpoint: string): string => {
  const { origin, pathname } = new URL(endpoint);
  return `${origin}${pathname}`;
};

const ruleOf = (plugin: ApprovalPluginConfig): PolicyRule => {
  switch (plugin.name) {
    case 'whitelist':
    case 'blacklist':
      return { rule: plugin.name, patterns: plugin.config.list };
    case 'email':
      return { rule: plugin.name, pattern: plugin.config.pattern };
    case 'humanintheloop':
      return { rule: plugin.name, patterns: plugin.config.patterns, reviewer: plugin.config.email };
    case 'http': {
      const { endpoint, timeoutMs, secret } = plugin.config;
      const isSigned = secret !== undefined;
      return { rule: plugin.name, endpoint: publicEndpoint(endpoint), timeoutMs, isSigned, onError: plugin.onError };
    }
  }
};

export const rulesOf = (plugins: readonly ApprovalPluginConfig[]): PolicyRules => plugins.map(ruleOf);

export const webhooksOf = (plugins: readonly ApprovalPluginConfig[], clock: Clock): Webhooks =>
  new Map(
    plugins.flatMap((plugin, index) => {
      if (plugin.name !== 'http') return [];
      const { endpoint, timeoutMs, secret, allowPrivate } = plugin.config;
      const key = secret === undefined ? undefined : createSecretKey(secret, 'utf8');
      return [[index, httpWebhook({ endpoint, timeoutMs, secret: key, allowPrivate, clock })] as const];
    }),
  );
