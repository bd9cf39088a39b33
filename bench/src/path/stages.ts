import type { Delivered, PathSystem } from './path-system.ts';
import { percentile } from './percentile.ts';

/** Events on the way of a request, in their order; what is shown is the time since the one before. */
const STAGES = [
  ['SlotTaken', 'gateway, GetModel, SubmitKeyRequest until its first insert'],
  ['KeyRequestSubmitted', 'commit, insert'],
  ['KeyRequestApproved', 'commit, hop to approval, policy chain, insert'],
  ['LeaseStarted', 'commit, hop to vault, insert'],
  ['SecretSealed', 'commit, lock, key sealed and its data key committed, insert'],
  ['LeaseKeySealed', 'commit, insert'],
  ['LeaseIssued', 'commit, two calls of the issuer, insert'],
  ['DeliveryStarted', 'commit, hop to delivery, insert'],
] as const;

export interface Stage {
  readonly until: string;
  readonly what: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const RECORDED = `select metadata->>'correlationId' as request, type, extract(epoch from recorded_at)::float8 * 1000 as at
  from event_store.events where metadata->>'correlationId' = any($1)`;

/** Where the time of these requests went, by the times at which their events were inserted. */
export const stagesOf = async ({ database }: PathSystem, requests: readonly Delivered[]): Promise<readonly Stage[]> => {
  const ids = requests.map(({ requestId }) => requestId);
  const { rows } = await database.query<{ request: string; type: string; at: number }>(RECORDED, [ids]);
  const recordedAt = new Map(rows.map(({ request, type, at }) => [`${request} ${type}`, at]));
  const momentsOf = ({ requestId, sentAt, mailedAt }: Delivered): readonly number[] => [
    sentAt,
    ...STAGES.map(([type]) => recordedAt.get(`${requestId} ${type}`) ?? NaN),
    mailedAt,
  ];
  const moments = requests.map(momentsOf);
  return [...STAGES, ['mail accepted', 'commit, mail composed and handed over'] as const].map(
    ([until, what], index) => {
      const spans = moments.map((times) => (times[index + 1] ?? NaN) - (times[index] ?? NaN));
      return { until, what, p50Ms: percentile(spans, 0.5), p99Ms: percentile(spans, 0.99) };
    },
  );
};
