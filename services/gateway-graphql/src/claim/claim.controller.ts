import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { LinkView } from '@keyledger/contracts-delivery';
import { LOGGER } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import { OPEN_RECIPIENT, type OpenRecipient } from '../application/ports/recipient.port.ts';
import { lookAtLink, type RevealedKey, revealKey } from '../application/reveal-key.ts';
import type { Services } from '../application/services.ts';
import { publicFaultOf } from '../errors/fault-mapping.ts';
import { Refusal, refusal } from '../errors/refusals.ts';
import { headerOf, type HttpRequest, type HttpResponse } from '../http/http-message.ts';
import { scopeOf } from '../http/request-scope.ts';
import { keyRevealed } from '../telemetry-events.ts';
import { SERVICES } from '../tokens.ts';
import {
  type ClaimPage,
  codeProblemPage,
  faultPage,
  keyPage,
  linkPage,
  missingCodePage,
  unknownLink,
} from './claim-pages.ts';
import { PAGE_POLICY } from '../html/page.ts';
import { baseUrlOf } from './snippets.ts';

const wantsJson = (request: HttpRequest): boolean =>
  (headerOf(request, 'accept') ?? '').split(',').some((range) => range.trim().startsWith('application/json'));

const codeIn = (body: unknown): string => {
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
  return typeof code === 'string' ? code.trim().slice(0, 40) : '';
};

const isTokenShaped = (token: string): boolean => token.length >= 20 && token.length <= 200;

const sendJson = (response: HttpResponse, body: object): void => {
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
};

const sendPage = (response: HttpResponse, { status, body }: ClaimPage): void => {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.setHeader('Content-Security-Policy', PAGE_POLICY);
  response.setHeader('X-Robots-Tag', 'noindex, nofollow');
  response.end(body);
};

const linkJson = (link: LinkView): object => ({
  state: link.state,
  models: link.modelIds,
  expires_at: link.expiresAt,
  opened_at: link.openedAt ?? null,
});

const keyJson = ({ key, gatewayUrl, modelIds, keyExpiresAt }: RevealedKey): object => ({
  key,
  base_url: baseUrlOf(gatewayUrl),
  models: modelIds,
  expires_at: keyExpiresAt ?? null,
});

/**
 * The page behind a one-time link. Looking consumes nothing, however often a mail scanner does it; the key is shown in
 * answer to the form alone, with the claim code that no mail contains.
 */
@ApiTags('claim')
@Controller('claim/:token')
export class ClaimController {
  readonly #services: Services;
  readonly #openRecipient: OpenRecipient;
  readonly #logger: Logger;

  constructor(
    @Inject(SERVICES) services: Services,
    @Inject(OPEN_RECIPIENT) openRecipient: OpenRecipient,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#services = services;
    this.#openRecipient = openRecipient;
    this.#logger = logger;
  }

  @Get()
  @ApiExcludeEndpoint()
  async look(@Req() request: HttpRequest, @Res() response: HttpResponse, @Param('token') token: string): Promise<void> {
    const { correlationId } = scopeOf(request);
    if (wantsJson(request)) {
      const link = await this.#linkOf(correlationId, token);
      if (link === null) throw refusal('link-not-found', 'This link is not known');
      return sendJson(response, linkJson(link));
    }
    await this.#page(response, correlationId, async () => {
      const link = await this.#linkOf(correlationId, token);
      return link === null ? unknownLink() : linkPage(link);
    });
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Show the key behind a link, once',
    description: 'Form or JSON with `code`, the claim code. With `Accept: application/json` the answer is JSON.',
  })
  @ApiParam({ name: 'token', description: 'The last part of the link' })
  @ApiResponse({ status: 200, description: 'The key, base URL, models and expiry' })
  @ApiResponse({ status: 403, description: 'Wrong claim code' })
  @ApiResponse({ status: 404, description: 'The link is not known' })
  @ApiResponse({ status: 410, description: 'The link was opened, has expired, or was superseded' })
  @ApiResponse({ status: 429, description: 'Too many wrong claim codes' })
  async reveal(
    @Req() request: HttpRequest,
    @Res() response: HttpResponse,
    @Param('token') token: string,
    @Body() body: unknown,
  ): Promise<void> {
    const { correlationId } = scopeOf(request);
    const code = codeIn(body);
    if (wantsJson(request)) {
      if (!isTokenShaped(token)) throw refusal('link-not-found', 'This link is not known');
      if (code === '') throw refusal('wrong-code', 'Give the claim code as `code`');
      const revealed = await this.#reveal(token, code, correlationId);
      keyRevealed(this.#logger, 'json');
      return sendJson(response, keyJson(revealed));
    }
    await this.#page(response, correlationId, () => this.#revealPage(token, code, correlationId));
  }

  #linkOf(scopeId: string, token: string): Promise<LinkView | null> {
    return isTokenShaped(token) ? lookAtLink(this.#services, scopeId, token) : Promise.resolve(null);
  }

  #reveal(token: string, code: string, scopeId: string): Promise<RevealedKey> {
    return revealKey(this.#services, this.#openRecipient, { token, code, scopeId });
  }

  async #revealPage(token: string, code: string, scopeId: string): Promise<ClaimPage> {
    const before = await this.#linkOf(scopeId, token);
    if (before === null) return unknownLink();
    if (before.state !== 'unopened') return linkPage(before);
    if (code === '') return missingCodePage(before);
    try {
      const revealed = await this.#reveal(token, code, scopeId);
      keyRevealed(this.#logger, 'page');
      return keyPage(revealed);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === 'wrong-code' || error.code === 'locked')
        return codeProblemPage(before, error.code, error.message);
      const after = await this.#linkOf(scopeId, token); // somebody was faster, or the time was up just now
      return after === null || after.state === 'unopened' ? faultPage(409, error.message, scopeId) : linkPage(after);
    }
  }

  async #page(response: HttpResponse, correlationId: string, make: () => Promise<ClaimPage>): Promise<void> {
    try {
      sendPage(response, await make());
    } catch (error) {
      const { status, message } = publicFaultOf(error);
      if (status === 500) this.#logger.error({ err: error }, 'a claim page failed');
      sendPage(response, faultPage(status, message, correlationId));
    }
  }
}
