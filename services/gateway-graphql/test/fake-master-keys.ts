import { randomUUID } from 'node:crypto';
import {
  ListMasterKeys,
  MarkMasterKeyCompromised,
  type MasterKeyRotation,
  type MasterKeyView,
  ResumeMasterKey,
  RetireMasterKey,
  RotateMasterKey,
  SuspendMasterKey,
} from '@keyledger/contracts-vault';
import { masterKeysExample } from '@keyledger/contracts-vault/testing';
import { AppError } from '@keyledger/errors';
import { hasRole, type MessageContext } from '@keyledger/messaging';
import type { InMemoryRequestReply } from '@keyledger/messaging/testing';

const accepted = <Result>(result: Result) => ({ outcome: 'accepted' as const, result });
const refused = <Code extends string>(code: Code) =>
  ({ outcome: 'refused', code, message: `It was refused: ${code}` }) as const;

/** The master keys of the vault as far as the gateway can tell: a list, and who may change it. */
export class FakeMasterKeys {
  keys: MasterKeyView[] = [{ ...masterKeysExample.masterKeys[1]!, masterKeyId: randomUUID(), wraps: 3 }];
  rotation: MasterKeyRotation | null = null;
  readonly #rotations = new Map<string, string>();

  answer(requestReply: InMemoryRequestReply): void {
    requestReply.handle(ListMasterKeys, async (_input, { principal }) => {
      if (!hasRole(principal, 'admin', 'auditor')) throw new AppError('forbidden', 'Not for you');
      return { masterKeys: this.keys, rotation: this.rotation };
    });
    requestReply.handle(RotateMasterKey, async (_input, caller) => this.#rotate(caller));
    requestReply.handle(RetireMasterKey, async ({ masterKeyId }, caller) => {
      if (this.#find(masterKeyId, caller)?.wraps !== 0) return refused('still-wraps');
      return this.#change(masterKeyId, caller, 'destroyed');
    });
    requestReply.handle(SuspendMasterKey, async ({ masterKeyId }, caller) =>
      this.#change(masterKeyId, caller, 'suspended'),
    );
    requestReply.handle(ResumeMasterKey, async ({ masterKeyId }, caller) =>
      this.#change(masterKeyId, caller, 'active'),
    );
    requestReply.handle(MarkMasterKeyCompromised, async ({ masterKeyId }, caller) =>
      this.#change(masterKeyId, caller, 'compromised'),
    );
  }

  #find(masterKeyId: string, { principal }: MessageContext): MasterKeyView | undefined {
    if (!hasRole(principal, 'admin')) throw new AppError('forbidden', 'Not for you');
    return this.keys.find((key) => key.masterKeyId === masterKeyId);
  }

  #change(masterKeyId: string, caller: MessageContext, status: MasterKeyView['status']) {
    const key = this.#find(masterKeyId, caller);
    if (key === undefined) return refused('master-key-not-found');
    if (key.status === 'compromised') return refused('transition-not-allowed');
    this.keys = this.keys.map((each) => (each === key ? { ...key, status } : each));
    return accepted({ masterKeyId });
  }

  #rotate(caller: MessageContext) {
    this.#find('', caller);
    const known = this.#rotations.get(caller.messageId);
    if (known === undefined && this.rotation !== null) return refused('rotation-running');
    const masterKeyId = known ?? randomUUID();
    const result = { rotationId: caller.messageId, masterKeyId };
    if (known !== undefined) return { outcome: 'ignored' as const, because: 'known', result };
    this.#rotations.set(caller.messageId, masterKeyId);
    const [latest] = this.keys.slice(-1);
    this.keys = [
      ...this.keys.map((key) => ({ ...key, status: 'deactivated' as const })),
      { ...latest!, masterKeyId, status: 'active', wraps: 0 },
    ];
    this.rotation = { ...result, reason: 'requested', startedAt: latest!.addedAt, rewrapped: 0, unreadable: 0 };
    return accepted(result);
  }
}
