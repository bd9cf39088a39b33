/**
 * How much each master key has wrapped, and the bolt behind a retired one: no data key comes into the key ring under a
 * master key that is retired, whatever a replica that has not heard of it yet believes. All methods throw `unavailable`
 * when the store cannot be reached.
 */
export interface MasterKeyUses {
  /**
   * Counts `uses` that are about to happen, durably, and answers how many there were and are together. Throws `sealed`
   * for a retired key. Uses that were reserved and did not happen stay counted.
   */
  reserve(masterKeyId: string, uses: number): Promise<number>;

  /** Reserved uses by master key. A key that was never used is absent. */
  counts(): Promise<ReadonlyMap<string, number>>;

  /** Retires a key for good, unless it still wraps a data key. Repeating it is safe. */
  retire(masterKeyId: string): Promise<'retired' | 'still-wraps'>;
}
