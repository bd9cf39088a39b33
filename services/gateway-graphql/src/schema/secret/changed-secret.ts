import type { SecretView } from '@keyledger/contracts-vault';
import type { CommandReply } from '@keyledger/messaging';
import { builder } from '../../builder.ts';
import type { GatewayContext } from '../../context.ts';
import { InvalidInput } from '../../errors/invalid-input.ts';
import type { RefusalCode } from '../../errors/refusal-codes.ts';
import { refusalClasses, resultOf } from '../../errors/refusals.ts';
import { secretSource, type SecretSource } from '../sources.ts';
import { SecretType } from './secret.type.ts';

interface ChangedSecret {
  readonly secret: SecretSource;
}

export const changedSecretType = (name: string, description: string) =>
  builder.objectRef<ChangedSecret>(name).implement({
    description,
    fields: (t) => ({ secret: t.expose('secret', { type: SecretType, description: 'The secret as it is now.' }) }),
  });

export const changedSecret = (
  reply: CommandReply<SecretView, RefusalCode>,
  { reader }: GatewayContext,
): ChangedSecret => ({ secret: secretSource(resultOf(reply).result, reader) });

/** What can be wrong with a value. */
export const valueErrors = [
  refusalClasses['submission-key-expired'],
  refusalClasses['submission-unreadable'],
  refusalClasses['value-empty'],
  refusalClasses['value-not-text'],
  refusalClasses['value-has-white-space'],
  refusalClasses['value-has-quotes'],
  refusalClasses['value-is-a-mask'],
];

/** What can be wrong with where a value is said to belong. */
export const connectionErrors = [refusalClasses['provider-unknown'], refusalClasses['address-missing']];

/** What whoever looks after a secret can meet. */
export const custodyErrors = [InvalidInput, refusalClasses['secret-not-found'], refusalClasses['secret-is-issued']];

export const secretIdDescription = 'Global id or UUID of the secret.';

export const valueDescription =
  'The value, exactly as it was given out: without quotes, white space or a mask. Never shown again by any list.';
