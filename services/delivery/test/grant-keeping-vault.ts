import type { RevealLease } from '@keyledger/contracts-vault';
import type { InputOf, ReplyOf } from '@keyledger/messaging';

export type RevealInput = InputOf<typeof RevealLease>;

/** Answers `RevealLease` as the contract says: each grant goes to one recipient, who may ask again. */
export class GrantKeepingVault {
  /** Every question, in order. */
  readonly asked: RevealInput[] = [];
  readonly #recipients = new Map<string, string>();

  /** What was handed out: grants that went to a recipient. */
  get reveals(): number {
    return this.#recipients.size;
  }

  reveal(input: RevealInput): ReplyOf<typeof RevealLease> {
    this.asked.push(input);
    const recipient = input.recipientKey.x;
    const earlier = this.#recipients.get(input.grantId);
    if (earlier !== undefined && earlier !== recipient)
      return { outcome: 'refused', code: 'grant-used', message: 'Used' };
    this.#recipients.set(input.grantId, recipient);
    const result = { jwe: `sealed to ${recipient}`, mask: 'sk-K…9fQ2' };
    return earlier === undefined
      ? { outcome: 'accepted', result }
      : { outcome: 'ignored', because: 'recorded', result };
  }
}
