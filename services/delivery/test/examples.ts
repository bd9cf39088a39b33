import { createSecretKey, randomBytes } from 'node:crypto';
import {
  KeyRequestDenied,
  KeyRequestResumed,
  KeyRequestRetried,
  KeyRequestSentToReview,
} from '@keyledger/contracts-approval';
import { LeaseIssued } from '@keyledger/contracts-vault';
import { newId } from '@keyledger/event-sourcing';
import {
  type IntegrationEvent,
  type IntegrationEventDefinition,
  type Principal,
  type RequestOptions,
  servicePrincipal,
  toActor,
} from '@keyledger/messaging';
import type { DeliveryConfig } from '../src/config.ts';

const HOUR_MS = 60 * 60 * 1000;

export const email = 'ada@example.com';
export const requestId = '0193a000-0000-7000-8000-000000000001';
export const leaseId = '0193a000-0000-7000-8000-000000000002';
export const gatewayUrl = 'https://llm.example.com';

/** For component tests, where nothing of the platform is connected. */
export const config: DeliveryConfig = {
  platform: {
    service: 'delivery',
    nats: { servers: ['nats://127.0.0.1:1'], user: 'delivery', password: 'unused' },
    databaseUrl: 'postgres://127.0.0.1:1/unused',
    eventStoreUrl: 'postgres://127.0.0.1:1/unused',
    http: { host: '127.0.0.1', port: 0 },
    principal: { signingKeyFile: 'unused', trustFile: 'unused' },
    log: { level: 'silent', format: 'json' },
  },
  smtp: { host: '127.0.0.1', port: 1, from: 'a@example.com', useTls: false, startTls: true, verifySsl: true },
  publicUrl: 'https://keys.example.com',
  links: { linkTtlMs: 72 * HOUR_MS, maxViews: 1 },
  retryWindowMs: 24 * HOUR_MS,
  supportContact: undefined,
  linkKeys: [createSecretKey('a key of links for tests, long enough', 'utf8')],
  warnings: [],
};

/** An event of another service as it arrives here. */
export const eventOf = <Data>(
  definition: IntegrationEventDefinition<string, Data>,
  streamId: string,
  data: Data,
): IntegrationEvent => ({
  id: newId(),
  service: definition.service,
  category: definition.category,
  streamId,
  type: definition.type,
  version: definition.version,
  occurredAt: '2026-12-01T07:59:59.000Z',
  correlationId: requestId,
  causationId: newId(),
  actor: toActor(servicePrincipal(definition.service)),
  position: '1',
  data: definition.schema.parse(data),
});

export const leaseIssued = (change: object = {}): IntegrationEvent =>
  eventOf(LeaseIssued, leaseId, {
    leaseId,
    requestId,
    generation: 1,
    issuer: 'litellm',
    owner: email,
    modelIds: ['gpt-4o-mini'],
    mask: 'sk-K…9fQ2',
    expiresAt: '2026-12-31T08:00:00.000Z',
    delivery: { channel: 'emailLink' },
    gatewayUrl,
    ...change,
  });

const subject = { requestId, modelId: 'gpt-4o-mini', email };

export const keyRequestDenied = (reason: string): IntegrationEvent =>
  eventOf(KeyRequestDenied, requestId, { ...subject, reason, deniedBy: 'rita' });

export const keyRequestSentToReview = (reviewers: readonly string[]): IntegrationEvent =>
  eventOf(KeyRequestSentToReview, requestId, {
    ...subject,
    justification: 'For my thesis',
    reason: 'Large models are reviewed',
    reviewers: [...reviewers],
    expiresAt: '2026-12-15T08:00:00.000Z',
  });

export const keyRequestRetried = (step: 'issuing' | 'delivery'): IntegrationEvent =>
  eventOf(KeyRequestRetried, requestId, { ...subject, step });

export const keyRequestResumed = (): IntegrationEvent => eventOf(KeyRequestResumed, requestId, subject);

export const claimant: Principal = { kind: 'user', id: email, roles: ['member'], proof: 'claim-code', requestId };
export const stranger: Principal = { kind: 'anonymous', id: 'anonymous', roles: [], proof: 'address' };
export const admin: Principal = { kind: 'user', id: 'root', roles: ['admin'], proof: 'basic' };

export const askAs = (principal: Principal, options: Partial<RequestOptions> = {}): RequestOptions => ({
  principal,
  correlationId: requestId,
  causationId: newId(),
  ...options,
});

/** Made for one answer, as the gateway makes it; nothing here opens what is sealed to it. */
export const newRecipientKey = () => {
  const coordinate = () => randomBytes(32).toString('base64url');
  return { kty: 'EC' as const, crv: 'P-256' as const, x: coordinate(), y: coordinate() };
};

/** The token of the link in the text of a mail. */
export const tokenIn = (text: string): string => {
  const token = /\/claim\/([\w-]+)/.exec(text)?.[1];
  if (token === undefined) throw new Error('There is no link in this text');
  return token;
};
