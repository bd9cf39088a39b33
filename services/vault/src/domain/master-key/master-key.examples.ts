import type { EstablishMasterKey, MasterKeyEvent, MasterKeyParameters } from './master-key.messages.ts';

type EventOfType<Type extends MasterKeyEvent['type']> = Extract<MasterKeyEvent, { type: Type }>;

export const masterKeyId = '01930f00-0000-7c4e-9d5a-2f8f4f0f6d11';

export const parameters: MasterKeyParameters = {
  source: 'passphrase',
  derivation: 'PBKDF2-HMAC-SHA256',
  salt: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  iterations: 600_000,
  check: 'ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=',
};

export const masterKeyAdded: EventOfType<'MasterKeyAdded'> = {
  type: 'MasterKeyAdded',
  data: { masterKeyId, parameters, addedAt: '2026-11-21T07:00:00.000Z' },
};

export const masterKeyActivated: EventOfType<'MasterKeyActivated'> = {
  type: 'MasterKeyActivated',
  data: { masterKeyId, activatedAt: '2026-11-21T07:00:00.000Z' },
};

export const masterKeyEvents: readonly MasterKeyEvent[] = [masterKeyAdded, masterKeyActivated];

export const establishMasterKey: EstablishMasterKey = {
  type: 'EstablishMasterKey',
  data: { masterKeyId, parameters, now: '2026-11-21T07:00:00.000Z' },
};
