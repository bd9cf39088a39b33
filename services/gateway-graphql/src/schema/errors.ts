import { builder } from '../builder.ts';
import { InvalidInput, type InputIssue } from '../errors/invalid-input.ts';
import { type Refusal, refusalClasses } from '../errors/refusals.ts';
import { TooManyRequests } from '../errors/too-many-requests.ts';

const ErrorInterface = builder.interfaceRef<{ message: string; code: string }>('Error').implement({
  description: 'An expected "no". Every refusal has its own type, so that a client can tell them apart.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'A sentence for people that says what to do.' }),
    code: t.exposeString('code', { description: 'The same refusal for programs, in kebab-case. Never changes.' }),
  }),
});

const InputIssueType = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One thing that is wrong with an input.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The field, joined by dots; empty for the input as a whole.' }),
    message: t.exposeString('message', { description: 'What was expected.' }),
  }),
});

builder.objectType(InvalidInput, {
  name: 'InvalidInputError',
  description: 'The input does not have the documented shape. Nothing was changed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [InputIssueType],
      description: 'Everything that is wrong with it.',
      resolve: ({ issues }) => [...issues],
    }),
  }),
});

builder.objectType(TooManyRequests, {
  name: 'RateLimitedError',
  description: 'Too many requests of this kind within a time. Nothing was changed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    retryAfterSeconds: t.int({
      description: 'After how many seconds a repetition makes sense.',
      resolve: ({ retryAfterMs = 0 }) => Math.max(1, Math.ceil(retryAfterMs / 1000)),
    }),
  }),
});

const descriptions: Readonly<Record<keyof typeof refusalClasses, string>> = {
  'model-not-found': 'There is no such model in the registry.',
  'idempotency-key-reused': 'The idempotency key belongs to an earlier request with other terms.',
  'not-your-address': 'A key can be requested for the own address only.',
  'key-request-not-found': 'There is no such key request, or it may not be seen.',
  'already-decided': 'The key request was decided before.',
  'own-request': 'Nobody approves a request of their own.',
  'not-a-reviewer': 'Only reviewers decide about key requests.',
  'not-failed': 'Only a key request that failed, or came to no end for a while, can be taken up again.',
  'another-request-open': 'A newer request for the same address and model is open.',
  'not-an-administrator': 'Only administrators may do this.',
  'delivery-not-found': 'There is no such delivery, or it may not be seen.',
  'dead-letter-not-found': 'There is no such dead letter any more, or somebody else is replaying it.',
  'dead-letter-failed-again': 'The event could not be digested this time either; the dead letter stays.',
  'delivery-superseded': 'The lease has a newer key, with a delivery of its own.',
  'delivery-in-progress': 'The delivery has not ended yet; wait for its outcome.',
  'not-permitted': 'This is not for the caller.',
  'secret-exists': 'The idempotency key belongs to another secret.',
  'secret-not-found': 'There is no such secret, or it may not be seen.',
  'secret-is-issued': 'The key of a lease is chosen by the vault; nobody replaces or shreds it.',
  'secret-shredded': 'The secret is shredded; nothing can bring it back.',
  'secret-unreadable': 'The secret cannot be opened any more and has to be entered anew.',
  'version-not-found': 'The secret has no such version.',
  'version-shredded': 'The version is shredded; nothing can bring it back.',
  'submission-key-expired': 'The vault changed its key in between; try again.',
  'submission-unreadable': 'The vault could not open what was handed in; try again.',
  'value-empty': 'The value is empty.',
  'value-not-text': 'The value is no text.',
  'value-has-white-space': 'There is white space around the value.',
  'value-has-quotes': 'There are quotes around the value.',
  'value-is-a-mask': 'The value is the mask of a secret, or a placeholder.',
  'value-required': 'Another address needs the value anew.',
  'nothing-to-test': 'No secret says which provider it belongs to.',
  'connection-unknown': 'The secret does not say which provider it belongs to.',
  'provider-unknown': 'There is no provider of this name.',
  'address-missing': 'Each customer of this provider has an address of their own.',
  'service-token-not-found': 'There is no such service token.',
  'batch-too-large': 'The values are longer together than an answer may be; ask for fewer at once.',
  'grant-used': 'The grant has been used; each is good for one reveal.',
  'reason-missing': 'Whoever breaks the glass says why.',
  'master-key-not-found': 'There is no such master key.',
  'transition-not-allowed': 'This is not possible in the state that the master key is in.',
  'rotation-running': 'A rotation is running; wait until it is completed.',
  'still-wraps': 'The master key still wraps data keys.',
  'lease-not-found': 'There is no such lease, or it may not be seen.',
  'lease-exists': 'The idempotency key belongs to another lease.',
  'lease-not-issued': 'The lease has no key.',
  'lease-suspended': 'The lease is suspended.',
  'lease-ended': 'The lease has ended, or its keys are being ended.',
  'change-in-progress': 'Another change of the lease is under way; wait for its outcome.',
  'not-suspended': 'The lease is not suspended.',
  'not-supported-by-issuer': 'The issuer cannot do this; the message says what to do instead.',
  'exceeds-limits': 'More than the configuration allows; the message names the bounds.',
  'too-many-keys': 'A key before this one still lives: retire it first, or wait.',
  'expiry-in-the-past': 'The new expiry is over.',
  'issuer-not-found': 'No such issuer is configured, or none for the model.',
  'key-not-found': 'The lease has no such key.',
  'key-not-requested': 'Nobody was asked for this.',
  'key-not-valid': 'The provider was shown the key and does not know it.',
  'key-taken': 'The value is, or was, the key of another lease, or lies in the vault as a secret.',
  'difference-not-found': 'There is no such difference, or it is over.',
  'set-changed': 'Other leases are hit by now than in the preview; look at them again.',
  'set-empty': 'No lease is hit.',
  'set-too-large': 'More leases are hit than can be revoked together; narrow the scope.',
};

for (const [code, refusalClass] of Object.entries(refusalClasses) as [keyof typeof descriptions, typeof Refusal][])
  builder.objectType(refusalClass, {
    name: refusalClass.name,
    description: descriptions[code],
    interfaces: [ErrorInterface],
    isTypeOf: (value) => value instanceof refusalClass,
  });
