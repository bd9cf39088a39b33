import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiBasicAuth, ApiOperation, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { AuditEvent, AuditFilter } from '@keyledger/contracts-audit';
import { AppError } from '@keyledger/errors';
import type { Clock } from '@keyledger/event-sourcing';
import { hasRole } from '@keyledger/messaging';
import { CLOCK } from '@keyledger/nest-kit';
import { z } from 'zod';
import { toCloudEvent } from '../application/audit-cloud-event.ts';
import { allAuditEvents } from '../application/export-audit-events.ts';
import { readerFor } from '../application/reader.ts';
import type { Services } from '../application/services.ts';
import { parseInput } from '../errors/invalid-input.ts';
import type { HttpRequest, HttpResponse } from '../http/http-message.ts';
import { SERVICES } from '../tokens.ts';
import { askSignedIn, signedIn } from './signed-in.ts';

const list = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : value.split(',')))
  .optional();

const moment = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'Expected an ISO 8601 time')
  .transform((text) => new Date(text).toISOString())
  .optional();

const exportQuery = z.strictObject({
  from: moment,
  to: moment,
  category: list,
  type: list,
  stream: z.string().optional(),
  actor: z.string().optional(),
  correlation_id: z.string().optional(),
});

/** Without an end, everything up to now: an export that follows what it records itself would not end. */
const filterOf = (query: z.infer<typeof exportQuery>, now: Date): AuditFilter =>
  Object.fromEntries(
    Object.entries({
      from: query.from,
      to: query.to ?? now.toISOString(),
      categories: query.category,
      types: query.type,
      stream: query.stream,
      actorId: query.actor,
      correlationId: query.correlation_id,
    }).filter(([, value]) => value !== undefined),
  );

@ApiTags('audit')
@ApiBasicAuth()
@Controller('api/audit')
export class AuditExportController {
  readonly #services: Services;
  readonly #clock: Clock;

  constructor(@Inject(SERVICES) services: Services, @Inject(CLOCK) clock: Clock) {
    this.#services = services;
    this.#clock = clock;
  }

  @Get('export')
  @ApiOperation({
    summary: 'Every event of the range in the total order, one CloudEvent per line',
    description: 'A complete export ends properly; when it cannot be completed, the connection is broken off.',
  })
  @ApiQuery({ name: 'from', required: false, description: 'Recorded at or after' })
  @ApiQuery({ name: 'to', required: false, description: 'Recorded before; default: now' })
  @ApiQuery({ name: 'category', required: false, description: 'Stream categories, separated by commas' })
  @ApiQuery({ name: 'type', required: false, description: 'Event types, separated by commas' })
  @ApiQuery({ name: 'stream', required: false })
  @ApiQuery({ name: 'actor', required: false })
  @ApiQuery({ name: 'correlation_id', required: false })
  @ApiProduces('application/x-ndjson')
  @ApiResponse({ status: 403, description: 'Only auditors and administrators may export' })
  async export(@Req() request: HttpRequest, @Res() response: HttpResponse, @Query() query: unknown): Promise<void> {
    if (!hasRole(signedIn(request), 'auditor', 'admin'))
      throw new AppError('forbidden', 'Only auditors and administrators may export');
    const reader = readerFor(this.#services, askSignedIn(request));
    const filter = filterOf(parseInput(exportQuery, query), this.#clock());
    const events = allAuditEvents(reader.auditEvents, filter);
    const first = await events.next(); // whatever is wrong shows here, while a status can still be sent
    response.setHeader('Content-Type', 'application/x-ndjson; charset=utf-8');
    response.setHeader('Content-Disposition', 'attachment; filename="keyledger-audit.ndjson"');
    await pipeline(lines(first, events), response).catch(unlessClientLeft);
  }
}

/** Asked for the next line only when the client has read, so that no more than a page lies in memory. */
async function* lines(
  first: IteratorResult<AuditEvent, void>,
  rest: AsyncGenerator<AuditEvent>,
): AsyncGenerator<string> {
  if (first.done === true) return;
  yield lineOf(first.value);
  for await (const event of rest) yield lineOf(event);
}

const lineOf = (event: AuditEvent): string => `${JSON.stringify(toCloudEvent(event))}\n`;

const unlessClientLeft = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
};
