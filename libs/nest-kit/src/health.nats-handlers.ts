import { AppError } from '@keyledger/errors';
import { hasRole, healthOperations, type MessageContext, type ReplyOf, type ServiceName } from '@keyledger/messaging';
import { Caller, Handles } from '@keyledger/messaging-nats';
import { Controller, Inject, type Type } from '@nestjs/common';
import type { Health } from './health.ts';
import { HEALTH } from './tokens.ts';

type Reply = ReplyOf<ReturnType<typeof healthOperations>['GetHealth']>;

/** The Nest controller that answers `healthOperations(service)` with what the health endpoint says. */
export const healthHandlers = (service: ServiceName): Type => {
  const { GetHealth } = healthOperations(service);

  @Controller()
  class HealthNatsHandlers {
    constructor(@Inject(HEALTH) private readonly health: Health) {}

    @Handles(GetHealth)
    async tell(@Caller() { principal }: MessageContext): Promise<Reply> {
      if (!hasRole(principal, 'service', 'admin'))
        throw new AppError('forbidden', 'Health is told to services and administrators');
      const { status, components } = await this.health.ready();
      return { isReady: status === 'ready', parts: { ...components } };
    }
  }
  return HealthNatsHandlers;
};
