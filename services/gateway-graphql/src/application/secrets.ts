import {
  type RevealedItem,
  type RevealSecret,
  type RevealSecrets,
  submittedValueSchema,
} from '@keyledger/contracts-vault';
import { isAppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import type { InputOf } from '@keyledger/messaging';
import { parseInput } from '../errors/invalid-input.ts';
import { resultOf } from '../errors/refusals.ts';
import type { OpenRecipient } from './ports/recipient.port.ts';
import type { SealSubmission } from './ports/submission.port.ts';
import type { Asker } from './asker.ts';
import type { Services } from './services.ts';

/** Encrypts a value to the vault, in the name of `asker` and for nobody else. */
export const handIn = async (
  { vault }: Services,
  sealSubmission: SealSubmission,
  asker: Asker,
  value: string,
): Promise<string> => {
  const content = parseInput(submittedValueSchema, { value, submitter: asker.principal.id });
  return sealSubmission(await vault.getSubmissionKey({}, asker), content);
};

export interface RevealedSecret {
  readonly plaintext: string;
  readonly mask: string;
  readonly version: number;
}

/**
 * Obtains a secret for the one who asks. It arrives sealed to a key pair made for this one answer and exists in plain only
 * in the result. The same command for the same recipient is answered once more after an answer that was lost.
 */
export const obtainSecret = async (
  { vault }: Services,
  openRecipient: OpenRecipient,
  asker: Asker,
  wish: Omit<InputOf<typeof RevealSecret>, 'recipientKey'>,
): Promise<RevealedSecret> => {
  const recipient = await openRecipient();
  const options = { ...asker, messageId: newId() };
  const reply = await twice(() => vault.revealSecret({ ...wish, recipientKey: recipient.publicKey }, options));
  const { jwe, mask, version } = resultOf(reply).result;
  return { plaintext: await recipient.decrypt(jwe), mask, version };
};

export type ObtainedSecret = RevealedItem & { readonly plaintext: string | undefined };

/** The same for many secrets in one answer, each with what became of it. */
export const obtainSecrets = async (
  { vault }: Services,
  openRecipient: OpenRecipient,
  asker: Asker,
  wish: Omit<InputOf<typeof RevealSecrets>, 'recipientKey'>,
): Promise<readonly ObtainedSecret[]> => {
  const recipient = await openRecipient();
  const options = { ...asker, messageId: newId() };
  const reply = await twice(() => vault.revealSecrets({ ...wish, recipientKey: recipient.publicKey }, options));
  const { jwe, items } = resultOf(reply).result;
  const keys = jwe === undefined ? new Map<string, string>() : await recipient.decryptAll(jwe);
  return items.map((item) => ({ ...item, plaintext: keys.get(item.secretId) }));
};

const twice = <Reply>(ask: () => Promise<Reply>): Promise<Reply> =>
  ask().catch((error: unknown) => {
    if (!isAppError(error, 'unavailable') && !isAppError(error, 'deadline-exceeded')) throw error;
    return ask();
  });
