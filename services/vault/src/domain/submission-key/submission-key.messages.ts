import { type Actor, defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';
import { envelopeSchema } from '../secret/secret.messages.ts';

/** A point on P-256, as JWK. */
const publicKeySchema = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() });

const events = {
  /** From now on secrets are handed in under this key. Its private part lies sealed in the envelope. */
  SubmissionKeyPublished: defineEvent(
    z.object({
      submissionKeyId: z.uuid(),
      publicKey: publicKeySchema,
      envelope: envelopeSchema,
      publishedAt: z.iso.datetime(),
    }),
  ),
  /** Nothing that was encrypted to this key opens any more: its data key is deleted after this. */
  SubmissionKeyDestroyed: defineEvent(
    z.object({ submissionKeyId: z.uuid(), dataKeyId: z.uuid(), destroyedAt: z.iso.datetime() }),
  ),
};

export const submissionKeyCodec = eventCodec(events);

export type SubmissionKeyEvent = EventOf<typeof events>;

export type PublishedKey = Omit<z.infer<(typeof events)['SubmissionKeyPublished']['schema']>, 'publishedAt'>;

/** Every key that is not accepted any more. */
export type DestroySubmissionKeys = Message<'DestroySubmissionKeys', Readonly<{ now: string }>>;

/** The very first one; of several vaults that start at once one wins. */
export type EstablishSubmissionKey = Message<'EstablishSubmissionKey', Readonly<PublishedKey & { now: string }>>;

/** One in the place of the present one. */
export type RotateSubmissionKey = Message<
  'RotateSubmissionKey',
  Readonly<PublishedKey & { caller: Actor; now: string }>
>;

/** One in the place of the present one, whose private part does not open any more: what is encrypted to it is lost. */
export type ReplaceLostSubmissionKey = Message<
  'ReplaceLostSubmissionKey',
  Readonly<PublishedKey & { lostId: string; now: string }>
>;

export type SubmissionKeyCommand =
  EstablishSubmissionKey | RotateSubmissionKey | ReplaceLostSubmissionKey | DestroySubmissionKeys;

export type SubmissionKeyRefusal = 'not-permitted';
