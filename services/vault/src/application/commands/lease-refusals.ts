import type { CommandReply } from '@keyledger/messaging';

/** What people are told. */
const messages = {
  'not-permitted': 'This is not for you to do',
  'lease-not-found': 'There is no such lease, or it is not yours',
  'lease-exists': 'This idempotency key belongs to another lease',
  'lease-not-issued': 'The lease has no key yet, or got none',
  'lease-suspended': 'The lease is suspended; resume it first',
  'lease-ended': 'The lease has ended, or its keys are being ended',
  'change-in-progress': 'Another change of this lease is under way; wait for its outcome',
  'not-suspended': 'The lease is not suspended',
  'not-supported-by-issuer': 'The issuer cannot do this',
  'exceeds-limits': 'This is more than the configuration allows',
  'too-many-keys':
    'The key before this one still lives: retire it first, wait for the end of its grace period, or ask an administrator',
  'expiry-in-the-past': 'The new expiry is over',
  'issuer-not-found': 'No such issuer is configured, or none for this model',
  'key-not-found': 'The lease has no such key',
  'key-not-requested': 'Nobody was asked for this',
  'key-not-valid': 'The provider does not know this key',
  'key-taken': 'This value is the key of another lease, was one before, or lies in the vault already: make a new one',
  'set-changed': 'Other leases are hit by now than those that you looked at; look again',
  'set-empty': 'No lease is hit',
  'set-too-large': 'More leases are hit than can be revoked together; narrow the scope',
} as const;

type Refused<Code extends string> = Extract<CommandReply<never, Code>, { outcome: 'refused' }>;

/** Throws for a code that the operation cannot answer with: a bug of the handler. */
export const leaseRefusal = <const Codes extends readonly string[]>(
  code: string,
  { refusals }: { readonly refusals: Codes },
  message?: string,
): Refused<Codes[number]> => {
  const known = refusals.find((each) => each === code);
  const standard = (messages as Readonly<Record<string, string>>)[code];
  if (known === undefined || (message ?? standard) === undefined)
    throw new Error(`A command was refused for a reason that is not its own: ${code}`);
  return { outcome: 'refused', code: known, message: message ?? standard ?? '' };
};
