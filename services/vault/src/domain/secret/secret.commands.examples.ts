import {
  ada,
  attemptId,
  delivery,
  envelope,
  firstVersionRestored,
  firstVersionShredded,
  grantId,
  replacement,
  requestId,
  secretFoundReadable,
  secretFoundUnreadable,
  secretId,
  secretReplaced,
  secretRevealed,
  secretSealed,
  secretShredded,
  secretTested,
  serviceTokenId,
} from './secret.examples.ts';
import type {
  GrantCheckout,
  RecordReadability,
  RecordTest,
  ReplaceSecret,
  RestoreSecret,
  RevealSecret,
  RevokeCheckoutGrant,
  SealSecret,
  ShredSecret,
  SubmitSecret,
} from './secret.messages.ts';

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

export const recordUnreadable: RecordReadability = {
  type: 'RecordReadability',
  data: { secretId, version: 1, isReadable: false, foundBy: 'rotation', now: secretFoundUnreadable.data.foundAt },
};

export const recordReadable: RecordReadability = {
  type: 'RecordReadability',
  data: { secretId, version: 1, isReadable: true, foundBy: 'verify', now: secretFoundReadable.data.foundAt },
};

export const recordTest: RecordTest = {
  type: 'RecordTest',
  data: { ...secretTested.data, now: secretTested.data.testedAt },
};

export const submitSecret: SubmitSecret = {
  type: 'SubmitSecret',
  data: {
    secretId,
    caller: ada,
    owner: 'ada@example.com',
    label: 'My OpenAI key',
    envelope,
    mask: secretSealed.data.mask,
    fingerprint: secretSealed.data.fingerprint,
    now: secretSealed.data.sealedAt,
  },
};

export const replaceSecret: ReplaceSecret = {
  type: 'ReplaceSecret',
  data: { secretId, caller: ada, replacement, now: secretReplaced.data.sealedAt },
};

export const restoreSecret: RestoreSecret = {
  type: 'RestoreSecret',
  data: { secretId, caller: ada, version: 1, now: firstVersionRestored.data.restoredAt },
};

export const shredSecret: ShredSecret = {
  type: 'ShredSecret',
  data: {
    secretId,
    caller: ada,
    reason: 'It was found in a public repository',
    now: secretShredded.data.shreddedAt,
  },
};

export const shredExpiredVersions: ShredSecret = {
  type: 'ShredSecret',
  data: {
    secretId,
    caller: ada,
    supersededBefore: '2026-11-22T09:00:00.000Z',
    now: firstVersionShredded.data.shreddedAt,
  },
};

export const grantCheckout: GrantCheckout = {
  type: 'GrantCheckout',
  data: { secretId, serviceTokenId, caller: ada, now: '2026-11-21T11:00:00.000Z' },
};

export const revokeCheckoutGrant: RevokeCheckoutGrant = {
  type: 'RevokeCheckoutGrant',
  data: { secretId, serviceTokenId, caller: ada, now: '2026-11-21T12:00:00.000Z' },
};
