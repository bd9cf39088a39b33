import { createHash } from 'node:crypto';
import { type Clock, commandHandler, deriveSequentialId, type EventStore, newId } from '@keyledger/event-sourcing';
import { servicePrincipal, toActor } from '@keyledger/messaging';
import type { PolicyRules } from '../domain/policy-chain/policy-rule.ts';
import { approvalPolicies, POLICY_ID } from './approval-streams.ts';

/** The configured chain under the version by which decisions name it. */
export interface PolicyInForce {
  readonly version: number;
  readonly rules: PolicyRules;
}

export interface PolicyDeps {
  readonly eventStore: EventStore;
  readonly clock: Clock;
  readonly rules: PolicyRules;
}

/**
 * Publishes the configured chain as a new version when it differs from the last one, and says which version it is. Two
 * replicas with the same chain agree on one version: the second to write meets the first one's.
 */
const publishPolicy = async ({ eventStore, clock, rules }: PolicyDeps): Promise<PolicyInForce> => {
  const contentHash = createHash('sha256').update(JSON.stringify(rules)).digest('hex');
  const now = clock().toISOString();
  const id = newId();
  const { state } = await commandHandler(eventStore, approvalPolicies)(
    POLICY_ID,
    { type: 'PublishPolicy', data: { contentHash, rules: rules.map(publishedRule), now } },
    {
      commandId: deriveSequentialId(id, 'publish'),
      actor: toActor(servicePrincipal('approval')),
      correlationId: id,
      causationId: id,
      occurredAt: now,
    },
  );
  return { version: state.version, rules };
};

const publishedRule = (rule: PolicyRules[number]) =>
  'patterns' in rule ? { ...rule, patterns: [...rule.patterns] } : rule;

/** The policy of this process. */
export type GetPolicyInForce = () => Promise<PolicyInForce>;

/** Publishes on first use; a failure is tried again by the next use. */
export const policyInForce = (deps: PolicyDeps): GetPolicyInForce => {
  let published: Promise<PolicyInForce> | undefined;
  return () => {
    published ??= publishPolicy(deps).catch((error: unknown) => {
      published = undefined;
      throw error;
    });
    return published;
  };
};
