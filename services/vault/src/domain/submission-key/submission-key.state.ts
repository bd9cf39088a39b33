import type { PublishedKey, SubmissionKeyEvent } from './submission-key.messages.ts';

export interface KnownSubmissionKey extends PublishedKey {
  /** When another one took its place; absent for the present one. */
  readonly supersededAt?: string;
}

/** In order; the last one is the present one. */
export type SubmissionKeys = readonly KnownSubmissionKey[];

export const initialState: SubmissionKeys = [];

export const evolve = (state: SubmissionKeys, { data }: SubmissionKeyEvent): SubmissionKeys => {
  const { publishedAt, ...key } = data;
  return [...state.map((known) => ({ ...known, supersededAt: known.supersededAt ?? publishedAt })), key];
};

export const presentKey = (state: SubmissionKeys): KnownSubmissionKey | undefined => state.at(-1);

/** As long as a form may stay open between fetching the key and handing in under it. */
export const GRACE_MS = 10 * 60_000;

/** The key under this id as long as it counts: the present one, and for a short time the ones before. */
export const acceptedKey = (state: SubmissionKeys, submissionKeyId: string, now: Date): PublishedKey | undefined => {
  const known = state.find((key) => key.submissionKeyId === submissionKeyId);
  if (known?.supersededAt === undefined) return known;
  return now.getTime() - Date.parse(known.supersededAt) < GRACE_MS ? known : undefined;
};
