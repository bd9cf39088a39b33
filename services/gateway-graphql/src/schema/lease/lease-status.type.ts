import type { LeaseView } from '@keyledger/contracts-vault';
import { builder } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';

type Part<Name extends keyof LeaseView> = NonNullable<LeaseView[Name]>;

export const LeaseStatus = builder.enumType('LeaseStatus', {
  description: 'How far the life of a key has come.',
  values: enumValues<LeaseView['status']>({
    started: 'The issuer is being asked for a key.',
    issued: 'The key exists and lies sealed in the vault.',
    suspended: 'The key does not work until it is resumed.',
    ending: 'The lease was revoked or has expired; its keys are being ended at the issuer.',
    ended: 'None of its keys works any more.',
    failed: 'The issuer refused, or did not answer for as long as the vault keeps trying.',
  }),
});

export const LeaseFailureType = builder.objectRef<Part<'failure'>>('LeaseFailure').implement({
  description: 'Why no key could be issued.',
  fields: (t) => ({
    cause: t.exposeString('cause', { description: 'The kind of failure, for programs.' }),
    message: t.exposeString('message', { description: 'A sentence for people.' }),
    failedAt: t.expose('failedAt', { type: 'DateTime', description: 'When the vault gave up.' }),
  }),
});

export const LeaseDelay = builder.objectRef<Part<'delay'>>('LeaseDelay').implement({
  description: 'Keys that must not live still do, since the issuer does not end them. The vault keeps trying.',
  fields: (t) => ({
    cause: t.exposeString('cause', { description: 'The kind of obstacle, for programs.' }),
    message: t.exposeString('message', { description: 'A sentence for people.' }),
    delayedAt: t.expose('delayedAt', { type: 'DateTime', description: 'Since when it is known.' }),
  }),
});
