import { Controller, Get, Inject, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { hasRole } from '@keyledger/messaging';
import { z } from 'zod';
import { causeOf, type ComponentHealth, partsOf, type SystemHealth } from '../application/component-health.ts';
import type { HttpRequest } from '../http/http-message.ts';
import { SYSTEM_HEALTH } from '../tokens.ts';
import { openApiSchema } from './open-api-schema.ts';
import { signedIn } from './signed-in.ts';

const healthAnswer = z.object({
  status: z.enum(['healthy', 'degraded']),
  components: z.record(
    z.string(),
    z.object({
      status: z.enum(['healthy', 'degraded', 'unreachable']),
      cause: z.string().optional().describe('Which of its parts is in trouble; for administrators also how'),
    }),
  ),
});

/** Everybody may look, also with stale credentials. */
const isAdministrator = (request: HttpRequest): boolean => {
  try {
    return hasRole(signedIn(request), 'admin');
  } catch {
    return false;
  }
};

const viewOf = ({ status, troubles }: ComponentHealth, isTold: boolean) =>
  troubles.length === 0 ? { status } : { status, cause: isTold ? causeOf(troubles) : partsOf(troubles) };

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
  async health(@Req() request: HttpRequest): Promise<z.infer<typeof healthAnswer>> {
    const isTold = isAdministrator(request);
    const { status, components } = await this.#health();
    return { status, components: Object.fromEntries(components.map((each) => [each.name, viewOf(each, isTold)])) };
  }
}
