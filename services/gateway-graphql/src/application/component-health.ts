import type { Clock } from '@keyledger/event-sourcing';
import { isAppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { type healthOperations, type ReplyOf, servicePrincipal } from '@keyledger/messaging';
import type { Services } from './services.ts';

export type ComponentName = 'gateway' | keyof Services;
export type ComponentStatus = 'healthy' | 'degraded' | 'unreachable';

/** A part that a component depends on and that works with less than it should, or not at all. */
export interface Trouble {
  readonly part: string;
  readonly reason: string | undefined;
}

export interface ComponentHealth {
  readonly name: ComponentName;
  readonly status: ComponentStatus;
  /** Why it is degraded, as far as it says so itself. */
  readonly troubles: readonly Trouble[];
}

/** Which parts are in trouble. */
export const partsOf = (troubles: readonly Trouble[]): string => troubles.map(({ part }) => part).join(', ');

/** Which parts are in trouble, and how. */
export const causeOf = (troubles: readonly Trouble[]): string =>
  troubles.map(({ part, reason }) => (reason === undefined ? part : `${part}: ${reason}`)).join('; ');

export interface SystemHealth {
  /** `healthy` when every component is. */
  readonly status: 'healthy' | 'degraded';
  readonly components: readonly ComponentHealth[];
}

/** A service asks what it depends on for two seconds. */
const PATIENCE_MS = 2500;
const KEPT_MS = 2000;

type Health = ReplyOf<ReturnType<typeof healthOperations>['GetHealth']>;

const troublesOf = ({ parts }: Health): readonly Trouble[] =>
  Object.entries(parts)
    .filter(([, { status }]) => status !== 'up')
    .map(([part, { reason }]) => ({ part, reason }));

const reported = (health: Health): Omit<ComponentHealth, 'name'> => {
  const troubles = troublesOf(health);
  return { status: health.isReady && troubles.length === 0 ? 'healthy' : 'degraded', troubles };
};

const unanswered = (error: unknown): Omit<ComponentHealth, 'name'> => ({
  status: isAppError(error, 'unavailable') || isAppError(error, 'deadline-exceeded') ? 'unreachable' : 'degraded',
  troubles: [],
});

const names = (services: Services): readonly (keyof Services)[] => Object.keys(services) as (keyof Services)[];

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
      names(services).map(async (name): Promise<ComponentHealth> => ({
        name,
        ...(await services[name].health({}, options).then(reported, unanswered)),
      })),
    );
    const own: ComponentHealth = { name: 'gateway', status: 'healthy', troubles: [] };
    const components = [own, ...others];
    return { status: components.every(({ status }) => status === 'healthy') ? 'healthy' : 'degraded', components };
  };
  return () => {
    const now = clock().getTime();
    if (kept === undefined || kept.until <= now) kept = { until: now + KEPT_MS, health: ask() };
    return kept.health;
  };
};
