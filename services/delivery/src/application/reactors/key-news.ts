interface NewsOfLease {
  readonly leaseId: string;
  readonly requestId?: string | undefined;
  readonly modelIds: readonly string[];
  readonly mask?: string | undefined;
}

/** What every mail about a key says of it. */
export const keyNewsOf = ({ leaseId, requestId, modelIds, mask }: NewsOfLease): NewsOfLease => ({
  leaseId,
  requestId,
  modelIds,
  mask,
});

/** Owners are known by their address; a key that belongs to something else has nobody to write to. */
export const addressOf = (owner: string): string | undefined =>
  /^[^\s@<>]+@[^\s@<>]+$/.test(owner) ? owner : undefined;

export const dollars = (usd: number): string => usd.toFixed(2);
