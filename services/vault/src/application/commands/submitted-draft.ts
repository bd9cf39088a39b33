import { LONGEST_VALUE, type SealSecrets } from '@keyledger/contracts-vault';
import { deriveId } from '@keyledger/event-sourcing';
import type { InputOf, MessageContext } from '@keyledger/messaging';
import { flawOf, type SecretBytes, type ValueFlaw } from '@keyledger/secrets';
import type { Connection, ConnectionRefusal } from '../../domain/providers/connection.ts';
import { flawRefusals } from './secret-refusals.ts';
import { placeOf } from './wanted-place.ts';

/** One value of a batch that can be sealed. */
export interface Draft {
  readonly secretId: string;
  readonly label: string;
  readonly value: SecretBytes;
  readonly given: { readonly connection?: Connection };
}

type DraftRefusal = 'value-too-long' | (typeof flawRefusals)[ValueFlaw] | ConnectionRefusal;

/** What is to be sealed, or why not. An id that was asked for before with the same idempotency key is the same again. */
export const draftOf = (
  { label, connection, idempotencyKey }: InputOf<typeof SealSecrets>['items'][number],
  value: SecretBytes | undefined,
  index: number,
  { principal, messageId }: MessageContext,
): Draft | { readonly refusal: DraftRefusal } => {
  if (value === undefined) throw new Error('A batch has fewer values than items');
  if (value.length > LONGEST_VALUE) return { refusal: 'value-too-long' };
  const flaw = flawOf(value);
  if (flaw !== undefined) return { refusal: flawRefusals[flaw] };
  const place = placeOf(connection);
  if (place.outcome === 'refused') return { refusal: place.code };
  const secretId =
    idempotencyKey === undefined
      ? deriveId('submitted-in-batch', principal.id, messageId, index)
      : deriveId('submitted-secret', principal.id, idempotencyKey);
  return { secretId, label, value, given: place.given };
};
