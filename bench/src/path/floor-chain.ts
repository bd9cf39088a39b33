import type { Anatomy } from './anatomy.ts';
import { commitHop, eventHop, type Hop, httpHop, mailHop, requestReplyHop } from './floor-hops.ts';
import type { PathSystem } from './path-system.ts';
import { percentile } from './percentile.ts';

interface Link {
  readonly what: string;
  readonly count: number;
  readonly hop: Hop;
  readonly tookMs: number[];
}

export interface FloorChain {
  /** Resolves with how long the whole chain took. */
  run(): Promise<number>;
  /** What one of each took in the runs so far, median. */
  parts(): readonly { readonly what: string; readonly count: number; readonly p50Ms: number }[];
}

/**
 * As many bare commits, hops, calls and mails as a request is made of, one behind the other, in one process with no
 * framework, against the same PostgreSQL, NATS and mailbox.
 */
export const floorChain = async (
  system: PathSystem,
  anatomy: Anatomy,
  resources: AsyncDisposableStack,
): Promise<FloorChain> => {
  const link = (what: string, count: number, hop: Hop): Link => ({ what, count, hop, tookMs: [] });
  const chain: readonly Link[] = [
    link('HTTP call', anatomy.httpCalls, await httpHop(system, resources)),
    link('request/reply', anatomy.requestReplies, await requestReplyHop(system)),
    link('commit', anatomy.commits, await commitHop(system, resources)),
    link('hop through JetStream', anatomy.eventHops, await eventHop(system, resources)),
    link('mail', anatomy.mails, mailHop(system, resources)),
  ];
  return {
    run: async () => {
      const startedAt = performance.now();
      for (const { count, hop, tookMs } of chain) {
        const linkStartedAt = performance.now();
        for (let done = 0; done < count; done += 1) await hop();
        tookMs.push((performance.now() - linkStartedAt) / count);
      }
      return performance.now() - startedAt;
    },
    parts: () => chain.map(({ what, count, tookMs }) => ({ what, count, p50Ms: percentile(tookMs, 0.5) })),
  };
};
