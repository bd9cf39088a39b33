import { Body, Controller, Headers, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type KeyRequestStatus } from '@keyledger/contracts-approval';
import { z } from 'zod';
import type { Services } from '../application/services.ts';
import { type Submission, type SubmissionDeps, submitKeyRequest } from '../application/submit-key-request.ts';
import { InvalidInput, parseInput } from '../errors/invalid-input.ts';
import type { HttpRequest } from '../http/http-message.ts';
import { scopeOf } from '../http/request-scope.ts';
import type { SubmissionQuotas } from '../limits/submission-quotas.ts';
import { SERVICES, SUBMISSION_QUOTAS } from '../tokens.ts';
import { openApiSchema } from './open-api-schema.ts';

const requestKeyBody = z.object({
  llm: z.string().min(1).max(255).describe('The model, as GET /api/models lists it'),
  email: z.string().min(3).max(254).describe('Address of the requester'),
  justification: z.string().max(2000).optional().describe('Why the key is needed'),
  duration: z.string().max(10).optional().describe('How long the key shall live, for example 30d'),
});

const requestKeyAnswer = z.object({
  message: z.string().describe('A sentence for people; on the first submission it holds the claim code'),
  success: z.boolean(),
  request_id: z.string().nullable().describe('Null when the request is open already and the asker did not submit it'),
});

const progress: Readonly<Record<KeyRequestStatus, string>> = {
  submitted: 'is pending approval. You will be notified via email once approved.',
  'in-review': 'is waiting for a reviewer. You will be notified via email once it is decided.',
  approved: 'has been approved. Check your email for the link to the API key.',
  fulfilled: 'has been approved. Check your email for the link to the API key.',
  denied: 'was denied. Please contact support for more information.',
  expired: 'expired before it was decided. Please ask again.',
  failed: 'has been approved, but the key could not be delivered yet. An administrator has been told.',
};

const messageOf = (model: string, { wasAlreadyOpen, status, claimCode }: Submission): string => {
  const claim =
    claimCode === undefined ? '' : ` Your claim code is ${claimCode}: keep it, it opens the link in that email.`;
  if (status === undefined)
    return `A key request for ${model} and this address is open already. You will be notified via email once it is processed.`;
  return wasAlreadyOpen
    ? `Your key request for ${model} ${progress[status]}${claim}`
    : `Key request for ${model} has been created successfully. You will be notified via email once your request is processed.${claim}`;
};

@ApiTags('requests')
@Controller('api')
export class RequestKeyController {
  readonly #deps: SubmissionDeps;

  constructor(@Inject(SERVICES) services: Services, @Inject(SUBMISSION_QUOTAS) submissionQuotas: SubmissionQuotas) {
    this.#deps = { services, submissionQuotas };
  }

  @Post('request-key')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ask for a key; asking again for the same address and model answers with the open request' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'A random text, for example a UUID; the same key answers with the first request, claim code included',
  })
  @ApiBody({ schema: openApiSchema(requestKeyBody) })
  @ApiOkResponse({ description: 'Submitted, or open already', schema: openApiSchema(requestKeyAnswer) })
  @ApiResponse({ status: 404, description: 'There is no such model' })
  @ApiResponse({ status: 409, description: 'The idempotency key belongs to another request' })
  @ApiResponse({ status: 422, description: 'The body does not have the documented shape' })
  @ApiResponse({ status: 429, description: 'Too many requests from here or for this address; see Retry-After' })
  async requestKey(
    @Req() request: HttpRequest,
    @Body() body: unknown,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
  ): Promise<z.infer<typeof requestKeyAnswer>> {
    const { llm, email, justification, duration } = parseInput(requestKeyBody, body ?? {});
    const { correlationId, clientAddress, caller } = scopeOf(request);
    const submitter = { caller: caller(), scopeId: correlationId, clientAddress };
    const submission = await submitKeyRequest(this.#deps, submitter, {
      modelId: llm.trim(),
      email: email.trim(),
      justification,
      duration,
      idempotencyKey,
      budget: undefined,
      delivery: { channel: 'emailLink' },
    }).catch((error: unknown) => {
      throw error instanceof InvalidInput
        ? error.renamed({ modelId: 'llm', idempotencyKey: 'Idempotency-Key' })
        : error;
    });
    return { message: messageOf(llm.trim(), submission), success: true, request_id: submission.requestId ?? null };
  }
}
