import type {
  MarkMasterKeyCompromised,
  ResumeMasterKey,
  RetireMasterKey,
  RotateMasterKey,
  SuspendMasterKey,
} from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { type Clock, commandHandler, type EventStore, loadStream } from '@keyledger/event-sourcing';
import {
  commandContextOf,
  hasRole,
  type InputOf,
  type MessageContext,
  type Operation,
  type ReplyOf,
} from '@keyledger/messaging';
import { MASTER_KEYS, masterKeys } from '../../domain/master-key/master-key.decider.ts';
import type { MasterKeyCommand, MasterKeyRefusal } from '../../domain/master-key/master-key.messages.ts';
import type { MasterKeyUses } from '../ports/master-key-uses.port.ts';
import type { Unsealing } from '../processes/unsealing.ts';
import type { RotateMasterKeyFunction } from './rotate-master-key.ts';

export interface MasterKeyHandlerDeps {
  readonly eventStore: EventStore;
  readonly uses: MasterKeyUses;
  readonly unsealing: Unsealing;
  readonly rotate: RotateMasterKeyFunction;
  readonly clock: Clock;
}

type Handler<O extends Operation> = (input: InputOf<O>, caller: MessageContext) => Promise<ReplyOf<O>>;

const messages: Readonly<Record<MasterKeyRefusal | 'still-wraps', string>> = {
  'master-key-not-found': 'There is no such master key',
  'transition-not-allowed': 'This is not possible in the state that the master key is in',
  'rotation-running': 'A rotation is running; wait until it is completed',
  'still-wraps':
    'The master key still wraps data keys; wait for its rotation, and look after those that cannot be read',
};

const refused = <Code extends keyof typeof messages>(code: Code) =>
  ({ outcome: 'refused', code, message: messages[code] }) as const;

const assertPermitted = ({ principal }: MessageContext): void => {
  if (!hasRole(principal, 'admin')) throw new AppError('forbidden', 'Master keys are in the hands of administrators');
};

/** What administrators do with master keys. The vault takes up each change before it answers. */
export const masterKeyHandlers = ({ eventStore, uses, unsealing, rotate, clock }: MasterKeyHandlerDeps) => {
  const handle = commandHandler(eventStore, masterKeys);

  const change = async (command: MasterKeyCommand, caller: MessageContext) => {
    const { masterKeyId } = command.data;
    const handled = await handle(MASTER_KEYS, command, commandContextOf(caller, clock()));
    if (handled.outcome === 'refused') return refused(handled.code);
    await unsealing.attempt();
    const result = { masterKeyId };
    return handled.outcome === 'ignored'
      ? { outcome: 'ignored' as const, because: handled.because, result }
      : { outcome: 'accepted' as const, result };
  };

  const rotateMasterKey: Handler<typeof RotateMasterKey> = async (_input, caller) => {
    assertPermitted(caller);
    const rotated = await rotate('requested', commandContextOf(caller, clock()));
    if (rotated.outcome === 'refused') return refused(rotated.code);
    const { rotation } = rotated.state;
    if (rotation === undefined) throw new Error('A rotation that was begun is not known');
    const result = { rotationId: rotation.rotationId, masterKeyId: rotation.masterKeyId };
    return rotated.outcome === 'ignored'
      ? { outcome: 'ignored', because: rotated.because, result }
      : { outcome: 'accepted', result };
  };

  /** The key ring takes nothing more under the key before its end is recorded; a crash in between is made good by a repetition. */
  const retireMasterKey: Handler<typeof RetireMasterKey> = async ({ masterKeyId }, caller) => {
    assertPermitted(caller);
    const command = { type: 'RetireMasterKey', data: { masterKeyId, now: clock().toISOString() } } as const;
    const { state } = await loadStream(eventStore, masterKeys, MASTER_KEYS);
    const decision = masterKeys.decider.decide(command, state);
    if (decision.outcome === 'refused') return refused(decision.code);
    if ((await uses.retire(masterKeyId)) === 'still-wraps') return refused('still-wraps');
    return change(command, caller);
  };

  const suspendMasterKey: Handler<typeof SuspendMasterKey> = async (input, caller) => {
    assertPermitted(caller);
    return change({ type: 'SuspendMasterKey', data: { ...input, now: clock().toISOString() } }, caller);
  };

  const resumeMasterKey: Handler<typeof ResumeMasterKey> = async (input, caller) => {
    assertPermitted(caller);
    return change({ type: 'ResumeMasterKey', data: { ...input, now: clock().toISOString() } }, caller);
  };

  const markMasterKeyCompromised: Handler<typeof MarkMasterKeyCompromised> = async (input, caller) => {
    assertPermitted(caller);
    return change({ type: 'MarkMasterKeyCompromised', data: { ...input, now: clock().toISOString() } }, caller);
  };

  return { rotateMasterKey, retireMasterKey, suspendMasterKey, resumeMasterKey, markMasterKeyCompromised };
};
