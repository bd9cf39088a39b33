import { accept, type Decision, ignore, refuse, type StreamCategory } from '@keyledger/event-sourcing';
import {
  type CompleteRotation,
  type EstablishMasterKey,
  masterKeyCodec,
  type MasterKeyCommand,
  type MasterKeyEvent,
  type MasterKeyRefusal,
  type ReportRotation,
  type RotateMasterKey,
} from './master-key.messages.ts';
import {
  evolve,
  findMasterKey,
  initialState,
  isRotating,
  type MasterKeys,
  type MasterKeyStatus,
} from './master-key.state.ts';
import { mayBecome } from './master-key.transitions.ts';

type MasterKeyDecision = Decision<MasterKeyEvent, MasterKeyRefusal>;

const establish = (
  { data: { masterKeyId, parameters, now } }: EstablishMasterKey,
  state: MasterKeys,
): MasterKeyDecision => {
  if (state.known.length > 0) return ignore('there is a master key already');
  return accept<MasterKeyEvent>(
    { type: 'MasterKeyAdded', data: { masterKeyId, parameters, addedAt: now } },
    { type: 'MasterKeyActivated', data: { masterKeyId, activatedAt: now } },
  );
};

/** Old and new change places in one write, so that at every moment exactly one key writes. */
const rotate = ({ data }: RotateMasterKey, state: MasterKeys): MasterKeyDecision => {
  const { masterKeyId, parameters, rotationId, reason, now } = data;
  if (findMasterKey(state, masterKeyId) !== undefined) return ignore('this key has its place already');
  if (state.known.length === 0) return refuse('master-key-not-found');
  if (isRotating(state)) return refuse('rotation-running');
  const leaving = state.known.filter(({ status }) => mayBecome(status, 'deactivated'));
  return accept<MasterKeyEvent>(
    { type: 'MasterKeyAdded', data: { masterKeyId, parameters, addedAt: now } },
    ...leaving.map((key) => ({
      type: 'MasterKeyDeactivated' as const,
      data: { masterKeyId: key.masterKeyId, deactivatedAt: now },
    })),
    { type: 'MasterKeyActivated', data: { masterKeyId, activatedAt: now } },
    { type: 'MasterKeyRotationStarted', data: { rotationId, masterKeyId, reason, startedAt: now } },
  );
};

const report = ({ data: { now, ...progress } }: ReportRotation, state: MasterKeys): MasterKeyDecision =>
  isRunning(state, progress.rotationId)
    ? accept({ type: 'MasterKeyRotationProgressed', data: { ...progress, progressedAt: now } })
    : ignore('this rotation is over');

const complete = ({ data: { now, ...outcome } }: CompleteRotation, state: MasterKeys): MasterKeyDecision =>
  isRunning(state, outcome.rotationId)
    ? accept({ type: 'MasterKeyRotationCompleted', data: { ...outcome, completedAt: now } })
    : ignore('this rotation is over');

const isRunning = (state: MasterKeys, rotationId: string): boolean =>
  isRotating(state) && state.rotation?.rotationId === rotationId;

const change = (state: MasterKeys, to: MasterKeyStatus, event: MasterKeyEvent): MasterKeyDecision => {
  const key = findMasterKey(state, event.data.masterKeyId);
  if (key === undefined) return refuse('master-key-not-found');
  if (key.status === to) return ignore(`the key is ${to} already`);
  return mayBecome(key.status, to) ? accept(event) : refuse('transition-not-allowed');
};

const decide = (command: MasterKeyCommand, state: MasterKeys): MasterKeyDecision => {
  const { masterKeyId, now } = command.data;
  switch (command.type) {
    case 'EstablishMasterKey':
      return establish(command, state);
    case 'RotateMasterKey':
      return rotate(command, state);
    case 'ReportRotation':
      return report(command, state);
    case 'CompleteRotation':
      return complete(command, state);
    case 'SuspendMasterKey': {
      const { reason } = command.data;
      return change(state, 'suspended', {
        type: 'MasterKeySuspended',
        data: { masterKeyId, reason, suspendedAt: now },
      });
    }
    case 'ResumeMasterKey':
      return resume(state, masterKeyId, now);
    case 'MarkMasterKeyCompromised': {
      const { reason } = command.data;
      const data = { masterKeyId, reason, compromisedAt: now };
      return change(state, 'compromised', { type: 'MasterKeyCompromised', data });
    }
    case 'RetireMasterKey':
      if (isRotating(state)) return refuse('rotation-running');
      return change(state, 'destroyed', { type: 'MasterKeyDestroyed', data: { masterKeyId, destroyedAt: now } });
  }
};

/** Only back from suspension: a key that was never active becomes so by a rotation. */
const resume = (state: MasterKeys, masterKeyId: string, now: string): MasterKeyDecision =>
  findMasterKey(state, masterKeyId)?.status === 'pre-activation'
    ? refuse('transition-not-allowed')
    : change(state, 'active', { type: 'MasterKeyResumed', data: { masterKeyId, resumedAt: now } });

/** One stream for all master keys: which of them writes is one decision. */
export const MASTER_KEYS = 'all';

export const masterKeys: StreamCategory<MasterKeys, MasterKeyCommand, MasterKeyEvent, MasterKeyRefusal> = {
  category: 'masterKey',
  decider: { initialState, evolve, decide },
  codec: masterKeyCodec,
};
