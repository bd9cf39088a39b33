import type { Clock } from '@keyledger/event-sourcing';
import { isAppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { type RequestOptions, servicePrincipal } from '@keyledger/messaging';
import type { Services } from './services.ts';

export type ComponentName = 'gateway' | keyof Services;
export type ComponentStatus = 'healthy' | 'degraded' | 'unreachable';

export interface ComponentHealth {
  readonly name: ComponentName;
  readonly status: ComponentStatus;
}

export interface SystemHealth {
  /** `healthy` when every component is. */
  readonly status: 'healthy' | 'degraded';
  readonly components: readonly ComponentHealth[];
}

const NOBODY = '00000000-0000-0000-0000-000000000000';
const PATIENCE_MS = 1000;
const KEPT_MS = 2000;

type Ping = (services: Services, options: RequestOptions) => Promise<unknown>;

/** The cheapest question of each service; that it answers at all shows that it, its connection and its store work. */
const pings: Readonly<Record<keyof Services, Ping>> = {
  registry: ({ registry }, options) => registry.listFeaturedModels({}, options),
  approval: ({ approval }, options) => approval.get({ requestId: NOBODY }, options),
  vault: ({ vault }, options) => vault.findLeaseByRequest({ requestId: NOBODY }, options),
  delivery: ({ delivery }, options) => delivery.findByRequest({ requestId: NOBODY }, options),
  audit: ({ audit }, options) => audit.getKeyHistory({ id: NOBODY, first: 1 }, options),
};

const statusAfter = (error: unknown): ComponentStatus => {
  if (isAppError(error, 'unavailable') || isAppError(error, 'deadline-exceeded')) return 'unreachable';
  if (isAppError(error, 'forbidden') || isAppError(error, 'not-found')) return 'healthy'; // it answered
  return 'degraded';
};

/** Asks all services at once; an answer is kept for two seconds, so that asking often costs nothing. */
export const componentHealth = (services: Services, clock: Clock): (() => Promise<SystemHealth>) => {
  let kept: { readonly until: number; readonly health: Promise<SystemHealth> } | undefined;
  const ask = async (): Promise<SystemHealth> => {
    const id = newId();
    const options = {
      principal: servicePrincipal('gateway'),
      correlationId: id,
      causationId: id,
      timeoutMs: PATIENCE_MS,
    };
    const others = await Promise.all(
      Object.entries(pings).map(async ([name, ping]): Promise<ComponentHealth> => {
        const status = await ping(services, options).then(() => 'healthy' as const, statusAfter);
        return { name: name as keyof Services, status };
      }),
    );
    const components: readonly ComponentHealth[] = [{ name: 'gateway', status: 'healthy' }, ...others];
    return { status: components.every(({ status }) => status === 'healthy') ? 'healthy' : 'degraded', components };
  };
  return () => {
    const now = clock().getTime();
    if (kept === undefined || kept.until <= now) kept = { until: now + KEPT_MS, health: ask() };
    return kept.health;
  };
};
