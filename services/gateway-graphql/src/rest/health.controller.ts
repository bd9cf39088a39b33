import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { SystemHealth } from '../application/component-health.ts';
import { SYSTEM_HEALTH } from '../tokens.ts';
import { openApiSchema } from './open-api-schema.ts';

const healthAnswer = z.object({
  status: z.enum(['healthy', 'degraded']),
  components: z.record(z.string(), z.object({ status: z.enum(['healthy', 'degraded', 'unreachable']) })),
});

@ApiTags('health')
@Controller()
export class HealthController {
  readonly #health: () => Promise<SystemHealth>;

  constructor(@Inject(SYSTEM_HEALTH) health: () => Promise<SystemHealth>) {
    this.#health = health;
  }

  @Get()
  @ApiOperation({ summary: 'That the gateway is there, and where everything is' })
  root(): object {
    return {
      message: 'Keyledger',
      status: 'active',
      links: { graphql: '/graphql', docs: '/docs', openapi: '/openapi.json', health: '/health' },
    };
  }

  @Get('health')
  @ApiOperation({ summary: 'How each service answers; the status code is 200 as long as the gateway works' })
  @ApiOkResponse({ schema: openApiSchema(healthAnswer) })
  async health(): Promise<z.infer<typeof healthAnswer>> {
    const { status, components } = await this.#health();
    return { status, components: Object.fromEntries(components.map(({ name, status: of }) => [name, { status: of }])) };
  }
}
