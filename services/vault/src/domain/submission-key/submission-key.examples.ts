import { administrator, envelope } from '../secret/secret.examples.ts';
import type {
  DestroySubmissionKeys,
  EstablishSubmissionKey,
  ReplaceLostSubmissionKey,
  RotateSubmissionKey,
  SubmissionKeyEvent,
} from './submission-key.messages.ts';

const publicKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
} as const;

const first = { submissionKeyId: '01930f5e-8200-7c4e-9d5a-2f8f4f0f6d11', publicKey, envelope };
const second = { ...first, submissionKeyId: '01930f5e-8201-7c4e-9d5a-2f8f4f0f6d11' };

type Published = Extract<SubmissionKeyEvent, { type: 'SubmissionKeyPublished' }>;

export const firstPublished: Published = {
  type: 'SubmissionKeyPublished',
  data: { ...first, publishedAt: '2026-11-21T08:00:00.000Z' },
};

export const secondPublished: Published = {
  type: 'SubmissionKeyPublished',
  data: { ...second, publishedAt: '2026-11-21T09:00:00.000Z' },
};

export const establishSubmissionKey: EstablishSubmissionKey = {
  type: 'EstablishSubmissionKey',
  data: { ...first, now: '2026-11-21T08:00:00.000Z' },
};

export const rotateSubmissionKey: RotateSubmissionKey = {
  type: 'RotateSubmissionKey',
  data: { ...second, caller: administrator, now: '2026-11-21T09:00:00.000Z' },
};

export const replaceLostSubmissionKey: ReplaceLostSubmissionKey = {
  type: 'ReplaceLostSubmissionKey',
  data: { ...second, lostId: first.submissionKeyId, now: '2026-11-21T09:00:00.000Z' },
};

/** Long after the second one took the place of the first. */
export const destroySubmissionKeys: DestroySubmissionKeys = {
  type: 'DestroySubmissionKeys',
  data: { now: '2026-11-21T10:00:00.000Z' },
};

export const firstDestroyed: SubmissionKeyEvent = {
  type: 'SubmissionKeyDestroyed',
  data: {
    submissionKeyId: first.submissionKeyId,
    dataKeyId: envelope.dataKeyId,
    destroyedAt: '2026-11-21T10:00:00.000Z',
  },
};
