import type { CommandReply } from '@keyledger/messaging';
import type { ValueFlaw } from '@keyledger/secrets';

const shredded = 'is shredded; nothing can bring it back';

/** What people are told; none of it repeats what they handed in. */
const messages = {
  'not-permitted': 'You may hand in secrets of your own; those of others are for administrators',
  'secret-exists': 'This idempotency key belongs to another secret',
  'secret-not-found': 'There is no such secret, or it is not yours',
  'secret-is-issued': 'This is the key of a lease, which the vault chooses itself',
  'secret-shredded': `This secret ${shredded}`,
  'version-not-found': 'There is no such version',
  'version-shredded': `This version ${shredded}`,
  'submission-key-expired':
    'The submission key is not in use any more; fetch the present one and hand the value in again',
  'submission-unreadable': 'What was handed in cannot be opened as a value of yours',
  'value-empty': 'The value is empty; leave it out to keep the present one',
  'value-not-text': 'The value is no text',
  'value-too-long': 'The value is longer than any API key',
  'value-has-white-space': 'There is white space before or behind the value; remove it and try again',
  'value-has-quotes': 'There are quotes around the value; remove them and try again',
  'value-is-a-mask':
    'This is the mask of a secret or a placeholder and not its value; leave the value out to keep the present one',
  'value-required':
    'Enter the value anew: a stored one is not sent to another address than the one that was named with it',
  'connection-unknown':
    'This secret does not say which provider it belongs to; enter its value anew, with the provider',
  'secret-unreadable': 'The secret cannot be opened; it has to be entered anew',
  'nothing-to-test': 'There is no secret that says which provider it belongs to',
  'provider-unknown': 'There is no provider of this name',
  'address-missing': 'Each customer of this provider has an address of his own; name it',
} as const;

export type CustodyRefusal = keyof typeof messages;

export const messageOf = (code: CustodyRefusal): string => messages[code];

type Refused<Code extends string> = Extract<CommandReply<never, Code>, { outcome: 'refused' }>;

/** Throws for a code that the operation cannot answer with: a bug of the handler. */
export const refusedWith = <const Codes extends readonly CustodyRefusal[]>(
  code: string,
  { refusals }: { readonly refusals: Codes },
): Refused<Codes[number]> => {
  const known = refusals.find((each) => each === code);
  if (known === undefined) throw new Error(`A command was refused for a reason that is not its own: ${code}`);
  return { outcome: 'refused', code: known, message: messages[known] };
};

/** The refusal for each flaw of a value. */
export const flawRefusals = {
  empty: 'value-empty',
  'not-text': 'value-not-text',
  'white-space': 'value-has-white-space',
  quotes: 'value-has-quotes',
  mask: 'value-is-a-mask',
} as const satisfies Readonly<Record<ValueFlaw, CustodyRefusal>>;
