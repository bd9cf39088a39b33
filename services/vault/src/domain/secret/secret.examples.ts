import type { Actor } from '@keyledger/event-sourcing';
import type { Envelope, SecretEvent } from './secret.messages.ts';

type EventOfType<Type extends SecretEvent['type']> = Extract<SecretEvent, { type: Type }>;

export const secretId = '2f1d9f0e-6f0a-5f0b-9d9e-0a4b8f5d7c11';

export const requestId = '01930f5e-7d3c-7c4e-9d5a-2f8f4f0f6d11';

export const attemptId = '01930f60-0001-7c4e-9d5a-2f8f4f0f6d11';

export const grantId = '5f0c9b7e-6f0a-4f0b-9d9e-0a4b8f5d7c22';

export const delivery: Actor = { kind: 'service', id: 'service:delivery', proof: 'service', roles: ['service'] };

export const administrator: Actor = { kind: 'user', id: 'admin', proof: 'basic', roles: ['admin'] };

export const ada: Actor = { kind: 'user', id: 'ada@example.com', proof: 'session', roles: ['member'] };

export const mallory: Actor = { kind: 'user', id: 'mallory@example.com', proof: 'session', roles: ['member'] };

export const serviceTokenId = '01930f5e-8300-7c4e-9d5a-2f8f4f0f6d11';

/** An application that signed in with its service token. */
export const application: Actor = {
  kind: 'service',
  id: `service-token:${serviceTokenId}`,
  proof: 'service-token',
  roles: [],
};

export const envelope: Envelope = {
  algorithm: 'A256GCM',
  dataKeyId: '01930f5e-8000-7c4e-9d5a-2f8f4f0f6d11',
  masterKeyId: '01930f00-0000-7c4e-9d5a-2f8f4f0f6d11',
  sealed: 'AaGhoaGhoaGhoaGhoaGyssLS4g==',
};

export const secretSealed: EventOfType<'SecretSealed'> = {
  type: 'SecretSealed',
  data: {
    secretId,
    version: 1,
    owner: 'ada@example.com',
    envelope,
    mask: 'sk-a...wxyz',
    fingerprint: 'f1'.repeat(32),
    sealedAt: '2026-11-21T08:00:01.000Z',
  },
};

export const secondVersionSealed: EventOfType<'SecretSealed'> = {
  type: 'SecretSealed',
  data: { ...secretSealed.data, version: 2, sealedAt: '2026-11-21T09:00:01.000Z' },
};

export const secretRevealed: EventOfType<'SecretRevealed'> = {
  type: 'SecretRevealed',
  data: {
    secretId,
    version: 1,
    attemptId,
    grantId,
    purpose: 'delivery',
    recipient: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    requestId,
    revealedAt: '2026-11-21T10:00:00.000Z',
  },
};

export const revealDenied: EventOfType<'RevealDenied'> = {
  type: 'RevealDenied',
  data: {
    secretId,
    attemptId,
    grantId,
    purpose: 'delivery',
    reason: 'not-permitted',
    deniedAt: '2026-11-21T10:00:00.000Z',
  },
};

/** Handed in by Ada. */
export const secretSubmitted: EventOfType<'SecretSealed'> = {
  type: 'SecretSealed',
  data: { ...secretSealed.data, origin: 'submitted', label: 'My OpenAI key' },
};

const secondEnvelope: Envelope = { ...envelope, dataKeyId: '01930f5e-8001-7c4e-9d5a-2f8f4f0f6d11' };

export const replacement = { version: 2, envelope: secondEnvelope, mask: 'sk-b...wxyz', fingerprint: 'f2'.repeat(32) };

export const secretReplaced: EventOfType<'SecretSealed'> = {
  type: 'SecretSealed',
  data: {
    secretId,
    owner: 'ada@example.com',
    ...replacement,
    origin: 'submitted',
    sealedAt: '2026-11-21T09:00:01.000Z',
  },
};

export const secretRelabelled: EventOfType<'SecretRelabelled'> = {
  type: 'SecretRelabelled',
  data: { secretId, label: 'OpenAI, private', relabelledAt: secretReplaced.data.sealedAt },
};

export const firstVersionRestored: EventOfType<'SecretVersionRestored'> = {
  type: 'SecretVersionRestored',
  data: { secretId, version: 1, restoredAt: '2026-11-21T09:30:00.000Z' },
};

export const secretShredded: EventOfType<'SecretShredded'> = {
  type: 'SecretShredded',
  data: {
    secretId,
    versions: [1],
    dataKeyIds: [envelope.dataKeyId],
    isWhole: true,
    reason: 'It was found in a public repository',
    shreddedAt: '2026-11-21T11:00:00.000Z',
  },
};

export const firstVersionShredded: EventOfType<'SecretShredded'> = {
  type: 'SecretShredded',
  data: {
    secretId,
    versions: [1],
    dataKeyIds: [envelope.dataKeyId],
    isWhole: false,
    shreddedAt: '2026-12-22T09:00:00.000Z',
  },
};

export const secretFoundUnreadable: EventOfType<'SecretFoundUnreadable'> = {
  type: 'SecretFoundUnreadable',
  data: { secretId, version: 1, foundBy: 'rotation', foundAt: '2026-11-21T09:20:00.000Z' },
};

export const secretFoundReadable: EventOfType<'SecretFoundReadable'> = {
  type: 'SecretFoundReadable',
  data: { secretId, version: 1, foundBy: 'verify', foundAt: '2026-11-21T09:40:00.000Z' },
};

export const connection = { provider: 'openai', baseUrl: 'https://api.openai.com/v1' };

/** Handed in by Ada together with where it belongs. */
export const secretConnected: EventOfType<'SecretSealed'> = {
  type: 'SecretSealed',
  data: { ...secretSubmitted.data, connection },
};

export const secretTested: EventOfType<'SecretTested'> = {
  type: 'SecretTested',
  data: {
    secretId,
    version: 1,
    outcome: 'rate-limited',
    message: 'OpenAI gets too many requests with this key. Try again in 5 seconds',
    providerMessage: 'Rate limit reached for requests',
    stage: 'complete',
    latencyMs: 120,
    retryAfterSeconds: 5,
    testedAt: '2026-11-21T12:00:00.000Z',
  },
};

export const secretEvents: readonly SecretEvent[] = [
  secretSealed,
  secretRevealed,
  revealDenied,
  secretRelabelled,
  secretFoundUnreadable,
  secretFoundReadable,
  firstVersionRestored,
  secretTested,
  secretShredded,
];

export const checkoutGranted: EventOfType<'CheckoutGranted'> = {
  type: 'CheckoutGranted',
  data: { secretId, serviceTokenId, grantedAt: '2026-11-21T11:00:00.000Z' },
};

export const checkoutGrantRevoked: EventOfType<'CheckoutGrantRevoked'> = {
  type: 'CheckoutGrantRevoked',
  data: { secretId, serviceTokenId, revokedAt: '2026-11-21T12:00:00.000Z' },
};
