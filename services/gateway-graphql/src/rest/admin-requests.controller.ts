import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBasicAuth, ApiBody, ApiOkResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { KeyRequestStatus, KeyRequestView } from '@keyledger/contracts-approval';
import { isId } from '@keyledger/event-sourcing';
import { z } from 'zod';
import { about, type Asker } from '../application/asker.ts';
import type { Services } from '../application/services.ts';
import { parseInput } from '../errors/invalid-input.ts';
import { refusal, resultOf } from '../errors/refusals.ts';
import type { HttpRequest } from '../http/http-message.ts';
import { SERVICES } from '../tokens.ts';
import { openApiSchema } from './open-api-schema.ts';
import { askSignedIn, signedIn } from './signed-in.ts';

const states = ['pending', 'in-review', 'approved', 'denied', 'expired', 'failed'] as const;

/** The states of LLM Key Requestor, and two that it does not tell apart from a denial. */
const stateOf: Readonly<Record<KeyRequestStatus, (typeof states)[number]>> = {
  submitted: 'pending',
  'in-review': 'in-review',
  approved: 'approved',
  fulfilled: 'approved',
  denied: 'denied',
  expired: 'expired',
  failed: 'failed',
};

const requestAnswer = z.object({
  request_id: z.string(),
  email: z.string(),
  model: z.string(),
  state: z.enum(states),
  created_at: z.string(),
  updated_at: z.string(),
  justification: z.string().nullable(),
  reason: z.string().nullable().describe('Why it was decided, or why it failed'),
});

const actionAnswer = z.object({ success: z.boolean(), message: z.string() });
const denyBody = z.object({ reason: z.string().trim().min(1).max(2000) });
const filterQuery = z.enum(['pending', 'review', 'all']).default('pending');

const toAnswer = (view: KeyRequestView): z.infer<typeof requestAnswer> => ({
  request_id: view.requestId,
  email: view.email,
  model: view.modelId,
  state: stateOf[view.status],
  created_at: view.submittedAt,
  updated_at: view.updatedAt,
  justification: view.justification ?? null,
  reason: view.failure?.message ?? view.decision?.reason ?? null,
});

const statusesOf: Readonly<Record<z.infer<typeof filterQuery>, { statuses?: KeyRequestStatus[] }>> = {
  pending: { statuses: ['submitted'] },
  review: { statuses: ['in-review'] },
  all: {},
};

const PAGE = 200;
/** The list has no pages, so it has an end; GraphQL pages through everything. */
const MAX_REQUESTS = 1000;

const requestIdOf = (text: string): string => {
  if (!isId(text)) throw refusal('key-request-not-found', 'Request not found');
  return text;
};

@ApiTags('admin')
@ApiBasicAuth()
@ApiResponse({ status: 401, description: 'No or wrong credentials' })
@Controller('api/admin')
export class AdminRequestsController {
  readonly #approval: Services['approval'];

  constructor(@Inject(SERVICES) { approval }: Services) {
    this.#approval = approval;
  }

  @Post('verify')
  @HttpCode(200)
  @ApiOperation({ summary: 'Check credentials' })
  verify(@Req() request: HttpRequest): { authenticated: true; username: string } {
    return { authenticated: true, username: signedIn(request).id };
  }

  @Get('requests')
  @ApiOperation({ summary: `List requests, newest first, up to ${MAX_REQUESTS}` })
  @ApiQuery({ name: 'filter', required: false, enum: ['pending', 'review', 'all'] })
  @ApiOkResponse({ schema: openApiSchema(z.array(requestAnswer)) })
  async list(
    @Req() request: HttpRequest,
    @Query('filter') filter: unknown,
  ): Promise<readonly z.infer<typeof requestAnswer>[]> {
    const asker = askSignedIn(request);
    const statuses = statusesOf[parseInput(filterQuery, filter)];
    const found: KeyRequestView[] = [];
    let after: string | undefined;
    do {
      const page = await this.#approval.list(
        { ...statuses, first: PAGE, ...(after === undefined ? {} : { after }) },
        asker,
      );
      found.push(...page.items);
      after = page.next;
    } while (after !== undefined && found.length < MAX_REQUESTS);
    return found.map(toAnswer);
  }

  @Get('requests/:id')
  @ApiOperation({ summary: 'One request' })
  @ApiOkResponse({ schema: openApiSchema(requestAnswer) })
  @ApiResponse({ status: 404, description: 'There is no such request' })
  async get(@Req() request: HttpRequest, @Param('id') id: string): Promise<z.infer<typeof requestAnswer>> {
    const asker = askSignedIn(request);
    const requestId = requestIdOf(id);
    const view = await this.#approval.get({ requestId }, about(asker, requestId));
    if (view === null) throw refusal('key-request-not-found', 'Request not found');
    return toAnswer(view);
  }

  @Post('requests/:id/approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Approve a request' })
  @ApiOkResponse({ schema: openApiSchema(actionAnswer) })
  @ApiResponse({ status: 409, description: 'The request was decided before' })
  approve(@Req() request: HttpRequest, @Param('id') id: string): Promise<z.infer<typeof actionAnswer>> {
    return this.#decide('approved', askSignedIn(request), requestIdOf(id), (requestId, asker) =>
      this.#approval.approve({ requestId }, about(asker, requestId)),
    );
  }

  @Post('requests/:id/deny')
  @HttpCode(200)
  @ApiOperation({ summary: 'Deny a request with a reason' })
  @ApiBody({ schema: openApiSchema(denyBody) })
  @ApiOkResponse({ schema: openApiSchema(actionAnswer) })
  @ApiResponse({ status: 409, description: 'The request was decided before' })
  deny(
    @Req() request: HttpRequest,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<z.infer<typeof actionAnswer>> {
    const asker = askSignedIn(request);
    const { reason } = parseInput(denyBody, body ?? {});
    return this.#decide('denied', asker, requestIdOf(id), (requestId) =>
      this.#approval.deny({ requestId, reason }, about(asker, requestId)),
    );
  }

  async #decide(
    done: 'approved' | 'denied',
    asker: Asker,
    requestId: string,
    send: (requestId: string, asker: Asker) => ReturnType<Services['approval']['approve']>,
  ): Promise<z.infer<typeof actionAnswer>> {
    resultOf(await send(requestId, asker));
    return { success: true, message: `Request ${requestId} ${done} successfully` };
  }
}
