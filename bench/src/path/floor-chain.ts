import type { Anatomy } from './anatomy.ts';
import { commitHop, eventHop, type Hop, httpHop, mailHop, requestReplyHop } from './floor-hops.ts';
import type { PathSystem } from './path-system.ts';

/**
 * As many bare commits, hops, calls and mails as a request is made of, one behind the other, in one process with no
 * framework, against the same PostgreSQL, NATS and mailbox. Resolves with how long they took.
 */
export const floorChain = async (
  system: PathSystem,
  anatomy: Anatomy,
  resources: AsyncDisposableStack,
): Promise<() => Promise<number>> => {
  const hops: readonly (readonly [count: number, hop: Hop])[] = [
    [anatomy.httpCalls, await httpHop(system, resources)],
    [anatomy.requestReplies, await requestReplyHop(system)],
    [anatomy.commits, await commitHop(system, resources)],
    [anatomy.eventHops, await eventHop(system, resources)],
    [anatomy.mails, mailHop(system, resources)],
  ];
  const chain = hops.flatMap(([count, hop]) => Array.from({ length: count }, () => hop));
  return async () => {
    const startedAt = performance.now();
    for (const hop of chain) await hop();
    return performance.now() - startedAt;
  };
};
