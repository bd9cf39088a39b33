import { randomUUID } from 'node:crypto';
import { isTransient } from '@keyledger/errors';
import { admin, asking, newRecipient, submissionOf, type VaultClient } from './vault-client.ts';

/** Short, so that a question to a process that was killed does not keep its asker for long. */
const PATIENCE_MS = 1_000;
/** To each secret that is handed in. */
const REVEALS = 10;

const valueOf = (secretId: string): string => `sk-${secretId}`;

/** Whether the vault is up at the moment; who was disappointed waits until it is. */
export class Gate {
  #open = Promise.withResolvers<void>();

  get opened(): Promise<void> {
    return this.#open.promise;
  }

  open(): void {
    this.#open.resolve();
  }

  close(): void {
    this.#open = Promise.withResolvers<void>();
  }
}

/** People who hand secrets in and have them revealed, whatever becomes of the vault, and remember what they were told. */
export class RotationLoad {
  /** Values by the id of their secret: those that were taken. */
  readonly sealed = new Map<string, string>();
  /** Grants under which a key was answered. */
  readonly revealed = new Set<string>();
  #isOver = false;
  readonly #running: Promise<void>[] = [];
  readonly #client: VaultClient;
  readonly #gate: Gate;

  constructor(client: VaultClient, gate: Gate) {
    this.#client = client;
    this.#gate = gate;
  }

  begin(): void {
    this.#running.push(this.#keepOn(), this.#keepOn());
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  /** Asks until there is an answer; a repetition is the same command. */
  async persistently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      await this.#gate.opened;
      try {
        return await ask();
      } catch (error) {
        if (!isTransient(error)) throw error;
      }
    }
  }

  async seal(): Promise<void> {
    const idempotencyKey = randomUUID();
    const value = valueOf(idempotencyKey);
    const reply = await this.persistently(async () => {
      const submission = await submissionOf(this.#client, value);
      return this.#client.SealSecret(
        { label: 'load', submission, idempotencyKey },
        asking(admin, { timeoutMs: PATIENCE_MS }),
      );
    });
    if (reply.outcome === 'refused') throw new Error(reply.code);
    this.sealed.set(reply.result.secretId, value);
  }

  /** What was handed in must come out. */
  async reveal(secretId: string): Promise<void> {
    const recipient = newRecipient();
    const grantId = randomUUID();
    const wish = { secretId, grantId, purpose: 'break-glass' as const, reason: 'Load while a master key is rotated' };
    const reply = await this.persistently(() =>
      this.#client.RevealSecret(
        { ...wish, recipientKey: recipient.publicKey },
        asking(admin, { timeoutMs: PATIENCE_MS }),
      ),
    );
    if (reply.outcome === 'refused') throw new Error(`${secretId}: ${reply.code}`);
    this.revealed.add(grantId);
    if ((await recipient.open(reply.result.jwe)) !== this.sealed.get(secretId))
      throw new Error(`${secretId}: another value`);
  }

  async #revealAny(): Promise<void> {
    const known = [...this.sealed.keys()];
    await this.reveal(known[this.revealed.size % known.length]!);
  }

  async #keepOn(): Promise<void> {
    while (!this.#isOver) {
      await this.seal();
      for (let count = 0; count < REVEALS && !this.#isOver; count += 1) await this.#revealAny();
    }
  }
}
