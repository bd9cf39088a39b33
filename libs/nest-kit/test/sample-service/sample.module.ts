import type { InputOf, ReplyOf } from '@keyledger/messaging';
import { Handles } from '@keyledger/messaging-nats';
import type { Logger } from '@keyledger/telemetry';
import { Controller, type DynamicModule, Inject, Module } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { Pool } from 'pg';
import { aborted, LOGGER, PG_POOL, STOPPING } from '../../src/index.ts';
import type { SampleConfig } from './config.ts';
import { CountModels, Crash, HoldForEver, HoldUntilStop } from './operations.ts';

@Controller()
class SampleNatsHandlers {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(STOPPING) private readonly stopping: AbortSignal,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Handles(CountModels)
  async count(@Payload() _input: InputOf<typeof CountModels>): Promise<ReplyOf<typeof CountModels>> {
    const { rows } = await this.pool.query<{ count: number }>('select 7 as count');
    return { count: rows[0]?.count ?? 0 };
  }

  @Handles(HoldUntilStop)
  async hold(@Payload() _input: InputOf<typeof HoldUntilStop>): Promise<ReplyOf<typeof HoldUntilStop>> {
    this.logger.info('holding a request');
    await aborted(this.stopping);
    return { answered: 'while stopping' };
  }

  @Handles(HoldForEver)
  holdForEver(@Payload() _input: InputOf<typeof HoldForEver>): Promise<ReplyOf<typeof HoldForEver>> {
    this.logger.info('holding a request');
    return new Promise(() => undefined);
  }

  @Handles(Crash)
  crash(@Payload() _input: InputOf<typeof Crash>): Promise<ReplyOf<typeof Crash>> {
    setImmediate(() => {
      throw new Error('no listener for sk-canary0123456789');
    });
    return Promise.resolve({});
  }
}

@Module({})
class SampleModule {}

export const sampleModule = (_config: SampleConfig, platform: DynamicModule): DynamicModule => ({
  module: SampleModule,
  imports: [platform],
  controllers: [SampleNatsHandlers],
});
