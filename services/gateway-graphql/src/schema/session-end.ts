import type { GatewayContext } from '../context.ts';

/** Whether the browser session in whose name somebody watches is over, by its time or by signing out. */
export const hasSessionEnded = async ({ caller, clock, sessionRegister }: GatewayContext): Promise<boolean> => {
  if (caller.kind === 'visitor' || caller.session === undefined) return false;
  const { id, endsAt } = caller.session;
  return endsAt * 1000 <= clock().getTime() || !(await sessionRegister.isOpen(id));
};
