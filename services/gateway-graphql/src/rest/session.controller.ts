import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBasicAuth, ApiBody, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { type Authenticator, basicCredentials } from '../authentication/authenticator.ts';
import { administrator } from '../authentication/caller.ts';
import type { SessionCookie } from '../authentication/session-cookie.ts';
import { parseInput } from '../errors/invalid-input.ts';
import { headerOf, type HttpRequest, type HttpResponse } from '../http/http-message.ts';
import { scopeOf } from '../http/request-scope.ts';
import { AUTHENTICATOR, SESSION_COOKIE } from '../tokens.ts';
import { openApiSchema } from './open-api-schema.ts';

const credentials = z.object({ username: z.string().max(320), password: z.string().max(1000) });

const sessionAnswer = z.object({
  authenticated: z.boolean(),
  username: z.string().nullable(),
  roles: z.array(z.string()),
  expires_at: z.string().nullable(),
});

const isoOf = (seconds: number | undefined): string | null =>
  seconds === undefined ? null : new Date(seconds * 1000).toISOString();

@ApiTags('session')
@Controller('api/session')
export class SessionController {
  readonly #authenticator: Authenticator;
  readonly #cookie: SessionCookie;

  constructor(@Inject(AUTHENTICATOR) authenticator: Authenticator, @Inject(SESSION_COOKIE) cookie: SessionCookie) {
    this.#authenticator = authenticator;
    this.#cookie = cookie;
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Sign in a browser, by HTTP Basic or by JSON: sets an http-only cookie' })
  @ApiBasicAuth()
  @ApiBody({ required: false, schema: openApiSchema(credentials) })
  @ApiOkResponse({ schema: openApiSchema(sessionAnswer) })
  @ApiResponse({ status: 401, description: 'No or wrong credentials' })
  async start(
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: HttpResponse,
    @Body() body: unknown,
  ): Promise<z.infer<typeof sessionAnswer>> {
    const username = this.#signIn(request, body);
    const { token, session } = await this.#authenticator.startSession(username);
    response.setHeader('Set-Cookie', this.#cookie.set(token, session.expiresAt - session.issuedAt));
    return {
      authenticated: true,
      username,
      roles: [...administrator(username, 'session').roles],
      expires_at: isoOf(session.expiresAt),
    };
  }

  @Get()
  @ApiOperation({ summary: 'Who is signed in' })
  @ApiOkResponse({ schema: openApiSchema(sessionAnswer) })
  read(@Req() request: HttpRequest): z.infer<typeof sessionAnswer> {
    const caller = scopeOf(request).caller();
    if (caller.kind === 'visitor') return { authenticated: false, username: null, roles: [], expires_at: null };
    const { id, roles } = caller.principal;
    return { authenticated: true, username: id, roles: [...roles], expires_at: isoOf(caller.session?.endsAt) };
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out: the session ends, in every copy of its cookie' })
  @ApiResponse({ status: 503, description: 'The session could not be ended; try again' })
  async end(@Req() request: HttpRequest, @Res({ passthrough: true }) response: HttpResponse): Promise<void> {
    await this.#authenticator.endSession(headerOf(request, 'cookie'));
    response.setHeader('Set-Cookie', this.#cookie.clear());
  }

  /** Basic credentials were checked on the way in; those in the body are checked here. */
  #signIn(request: HttpRequest, body: unknown): string {
    if (basicCredentials(headerOf(request, 'authorization')) !== undefined) {
      const caller = scopeOf(request).caller();
      if (caller.kind === 'administrator') return caller.principal.id;
    }
    const { username, password } = parseInput(credentials, body ?? {});
    this.#authenticator.verify(username, password, scopeOf(request).clientAddress);
    return username;
  }
}
