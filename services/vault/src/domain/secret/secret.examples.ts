import type { Actor } from '@keyledger/event-sourcing';
import type { Envelope, RevealSecret, SealSecret, SecretEvent } from './secret.messages.ts';

type EventOfType<Type extends SecretEvent['type']> = Extract<SecretEvent, { type: Type }>;

export const secretId = '2f1d9f0e-6f0a-5f0b-9d9e-0a4b8f5d7c11';
const requestId = '01930f5e-7d3c-7c4e-9d5a-2f8f4f0f6d11';
export const attemptId = '01930f60-0001-7c4e-9d5a-2f8f4f0f6d11';
const grantId = '5f0c9b7e-6f0a-4f0b-9d9e-0a4b8f5d7c22';

export const delivery: Actor = { kind: 'service', id: 'service:delivery', proof: 'service', roles: ['service'] };

const envelope: Envelope = {
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

export const secretEvents: readonly SecretEvent[] = [secretSealed, secretRevealed, revealDenied];

export const sealSecret: SealSecret = {
  type: 'SealSecret',
  data: {
    secretId,
    version: 1,
    owner: 'ada@example.com',
    envelope,
    mask: 'sk-a...wxyz',
    fingerprint: 'f1'.repeat(32),
    now: secretSealed.data.sealedAt,
  },
};

export const revealSecret: RevealSecret = {
  type: 'RevealSecret',
  data: {
    secretId,
    version: 1,
    caller: delivery,
    attemptId,
    grantId,
    purpose: 'delivery',
    recipient: secretRevealed.data.recipient,
    requestId,
    now: secretRevealed.data.revealedAt,
  },
};
