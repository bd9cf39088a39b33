import { redactedExcerpt } from '@keyledger/secrets';
import { z } from 'zod';
import { IssuerRefused } from '../../../application/ports/issuer.port.ts';

/** A no of LiteLLM. `message` is redacted: LiteLLM echoes keys and their hashes. */
export interface LiteLlmError {
  readonly status: number;
  readonly type: string;
  readonly param: string;
  readonly message: string;
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** The three shapes that LiteLLM answers in: its own, FastAPI's validation, a bare exception with an object. */
const envelopes = z.union([
  z.object({ error: z.object({ message: text, type: text, param: text }) }).transform(({ error }) => error),
  z
    .object({
      detail: z.array(z.object({ msg: text, loc: z.array(z.union([z.string(), z.number()])).default([]) })).min(1),
    })
    .transform(({ detail }) => ({
      message: detail.map(({ msg, loc }) => `${loc.join('.')}: ${msg}`).join('; '),
      type: 'validation_error',
      param: String(detail[0]?.loc.at(-1) ?? ''),
    })),
  z
    .object({ detail: z.object({ error: text }) })
    .transform(({ detail }) => ({ message: detail.error, type: '', param: '' })),
]);

/** `undefined` for an answer that LiteLLM does not give, such as the `Not Found` of something else at its address. */
export const parseError = (status: number, body: unknown): LiteLlmError | undefined => {
  const parsed = envelopes.safeParse(body);
  if (!parsed.success) return undefined;
  const { type, param, message } = parsed.data;
  return { status, type, param, message: redactedExcerpt(message) };
};

/** Answered with status 400 to everybody but the master key while the database is away. */
export const isDatabaseMissing = ({ type }: LiteLlmError): boolean => type === 'no_db_connection';

/** By parameter or text: the type of this error is the one of every bad request. */
export const isAliasTaken = ({ status, param, message }: LiteLlmError): boolean =>
  status === 400 && (param === 'key_alias' || /alias .{0,300}?already exists/i.test(message));

/** LiteLLM names what is missing in its own error envelope; any other 404 comes from something else. */
export const isMissing = ({ status }: LiteLlmError): boolean => status === 404;

/** Of the administrative key, or of the key that was named: the type is the same. */
export const isTokenUnknown = ({ type }: LiteLlmError): boolean => type === 'token_not_found_in_db';

/** Of the administrative key: 400 in older versions, 429 in newer ones. Slowing down does not help. */
export const isBudgetExceeded = ({ type }: LiteLlmError): boolean => type === 'budget_exceeded';

/** An expired administrative key is answered with 400. */
const isAboutCredential = (error: LiteLlmError): boolean =>
  error.status === 401 || error.status === 403 || error.type === 'expired_key' || isBudgetExceeded(error);

export const refusalOf = (error: LiteLlmError): IssuerRefused =>
  isAboutCredential(error)
    ? new IssuerRefused(
        'credential-refused',
        `LiteLLM does not accept the vault's key (${error.status}): ${error.message}`,
      )
    : new IssuerRefused('order-refused', `LiteLLM refused (${error.status}): ${error.message}`);
