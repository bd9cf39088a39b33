import type { PublishedKey, SubmissionKeyEvent } from './submission-key.messages.ts';

export interface KnownSubmissionKey extends PublishedKey {
  /** When another one took its place; absent for the present one. */
  readonly supersededAt?: string;
  readonly isDestroyed: boolean;
}

/** In order; the last one is the present one. */
export type SubmissionKeys = readonly KnownSubmissionKey[];

export const initialState: SubmissionKeys = [];

export const evolve = (state: SubmissionKeys, { type, data }: SubmissionKeyEvent): SubmissionKeys => {
  if (type === 'SubmissionKeyDestroyed')
    return state.map((known) =>
      known.submissionKeyId === data.submissionKeyId ? { ...known, isDestroyed: true } : known,
    );
  const { publishedAt, ...key } = data;
  const superseded = state.map((known) => ({ ...known, supersededAt: known.supersededAt ?? publishedAt }));
  return [...superseded, { ...key, isDestroyed: false }];
};

export const presentKey = (state: SubmissionKeys): KnownSubmissionKey | undefined => state.at(-1);

/** As long as a form may stay open between fetching the key and handing in under it. */
export const GRACE_MS = 10 * 60_000;

const isAccepted = ({ supersededAt, isDestroyed }: KnownSubmissionKey, now: Date): boolean =>
  !isDestroyed && (supersededAt === undefined || now.getTime() - Date.parse(supersededAt) < GRACE_MS);

/** Those that are of no use any more and still open. */
export const expiredKeys = (state: SubmissionKeys, now: Date): SubmissionKeys =>
  state.filter((key) => !key.isDestroyed && !isAccepted(key, now));

/** The key under this id as long as it counts: the present one, and for a short time the ones before. */
export const acceptedKey = (state: SubmissionKeys, submissionKeyId: string, now: Date): PublishedKey | undefined => {
  const known = state.find((key) => key.submissionKeyId === submissionKeyId);
  return known !== undefined && isAccepted(known, now) ? known : undefined;
};
