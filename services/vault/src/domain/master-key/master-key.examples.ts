import type {
  EstablishMasterKey,
  MasterKeyCommand,
  MasterKeyEvent,
  RetireMasterKey,
  RotateMasterKey,
} from './master-key.messages.ts';
import type { MasterKeyParameters } from './master-key.parameters.ts';

type EventOfType<Type extends MasterKeyEvent['type']> = Extract<MasterKeyEvent, { type: Type }>;
type CommandOfType<Type extends MasterKeyCommand['type']> = Extract<MasterKeyCommand, { type: Type }>;

export const masterKeyId = '01930f00-0000-7c4e-9d5a-2f8f4f0f6d11';
export const secondMasterKeyId = '01930f70-0000-7c4e-9d5a-2f8f4f0f6d11';
const rotationId = '01930f70-0001-7c4e-9d5a-2f8f4f0f6d11';

const ESTABLISHED = '2026-11-21T07:00:00.000Z';
const ROTATED = '2026-11-21T09:00:00.000Z';
const LATER = '2026-11-21T10:00:00.000Z';

export const parameters: MasterKeyParameters = {
  source: 'passphrase',
  derivation: 'PBKDF2-HMAC-SHA256',
  salt: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  iterations: 600_000,
  check: 'ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=',
};

export const masterKeyAdded: EventOfType<'MasterKeyAdded'> = {
  type: 'MasterKeyAdded',
  data: { masterKeyId, parameters, addedAt: ESTABLISHED },
};

export const masterKeyActivated: EventOfType<'MasterKeyActivated'> = {
  type: 'MasterKeyActivated',
  data: { masterKeyId, activatedAt: ESTABLISHED },
};

export const secondKeyAdded: EventOfType<'MasterKeyAdded'> = {
  type: 'MasterKeyAdded',
  data: { masterKeyId: secondMasterKeyId, parameters, addedAt: ROTATED },
};

export const secondKeyActivated: EventOfType<'MasterKeyActivated'> = {
  type: 'MasterKeyActivated',
  data: { masterKeyId: secondMasterKeyId, activatedAt: ROTATED },
};

export const masterKeyDeactivated: EventOfType<'MasterKeyDeactivated'> = {
  type: 'MasterKeyDeactivated',
  data: { masterKeyId, deactivatedAt: ROTATED },
};

export const rotationStarted: EventOfType<'MasterKeyRotationStarted'> = {
  type: 'MasterKeyRotationStarted',
  data: { rotationId, masterKeyId: secondMasterKeyId, reason: 'requested', startedAt: ROTATED },
};

export const rotationProgressed: EventOfType<'MasterKeyRotationProgressed'> = {
  type: 'MasterKeyRotationProgressed',
  data: { rotationId, masterKeyId: secondMasterKeyId, rewrapped: 500, remaining: 500, progressedAt: LATER },
};

export const rotationCompleted: EventOfType<'MasterKeyRotationCompleted'> = {
  type: 'MasterKeyRotationCompleted',
  data: { rotationId, masterKeyId: secondMasterKeyId, rewrapped: 1_000, unreadable: 0, completedAt: LATER },
};

export const masterKeySuspended: EventOfType<'MasterKeySuspended'> = {
  type: 'MasterKeySuspended',
  data: { masterKeyId, reason: 'The passphrase may have been seen', suspendedAt: LATER },
};

export const masterKeyResumed: EventOfType<'MasterKeyResumed'> = {
  type: 'MasterKeyResumed',
  data: { masterKeyId, resumedAt: LATER },
};

export const masterKeyCompromised: EventOfType<'MasterKeyCompromised'> = {
  type: 'MasterKeyCompromised',
  data: { masterKeyId, reason: 'The passphrase was seen', compromisedAt: LATER },
};

export const masterKeyDestroyed: EventOfType<'MasterKeyDestroyed'> = {
  type: 'MasterKeyDestroyed',
  data: { masterKeyId, destroyedAt: LATER },
};

/** What a rotation writes at once. */
export const rotationBegins: readonly MasterKeyEvent[] = [
  secondKeyAdded,
  masterKeyDeactivated,
  secondKeyActivated,
  rotationStarted,
];

export const masterKeyEvents: readonly MasterKeyEvent[] = [
  masterKeyAdded,
  masterKeyActivated,
  ...rotationBegins,
  rotationProgressed,
  rotationCompleted,
  masterKeySuspended,
  masterKeyResumed,
  masterKeyCompromised,
  masterKeyDestroyed,
];

export const establishMasterKey: EstablishMasterKey = {
  type: 'EstablishMasterKey',
  data: { masterKeyId, parameters, now: ESTABLISHED },
};

export const rotateMasterKey: RotateMasterKey = {
  type: 'RotateMasterKey',
  data: { rotationId, masterKeyId: secondMasterKeyId, parameters, reason: 'requested', now: ROTATED },
};

export const reportRotation: CommandOfType<'ReportRotation'> = {
  type: 'ReportRotation',
  data: { rotationId, masterKeyId: secondMasterKeyId, rewrapped: 500, remaining: 500, now: LATER },
};

export const completeRotation: CommandOfType<'CompleteRotation'> = {
  type: 'CompleteRotation',
  data: { rotationId, masterKeyId: secondMasterKeyId, rewrapped: 1_000, unreadable: 0, now: LATER },
};

export const suspendMasterKey: CommandOfType<'SuspendMasterKey'> = {
  type: 'SuspendMasterKey',
  data: { masterKeyId, reason: 'The passphrase may have been seen', now: LATER },
};

export const resumeMasterKey: CommandOfType<'ResumeMasterKey'> = {
  type: 'ResumeMasterKey',
  data: { masterKeyId, now: LATER },
};

export const markMasterKeyCompromised: CommandOfType<'MarkMasterKeyCompromised'> = {
  type: 'MarkMasterKeyCompromised',
  data: { masterKeyId, reason: 'The passphrase was seen', now: LATER },
};

export const retireMasterKey: RetireMasterKey = { type: 'RetireMasterKey', data: { masterKeyId, now: LATER } };
