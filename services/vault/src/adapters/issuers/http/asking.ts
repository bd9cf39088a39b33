import { redactedExcerpt } from '@keyledger/secrets';
import type { z } from 'zod';
import { IssuerRefused } from '../../../application/ports/issuer.port.ts';
import { type Connection, issuerHttp, type IssuerRequest } from './issuer-http.ts';

/** Resolves with the JSON of a success; throws `IssuerRefused` for a no, and otherwise as `issuerHttp` does. */
export type AskIssuer = (request: IssuerRequest) => Promise<unknown>;

export interface AskingOptions extends Connection {
  /** Reads the message out of the issuer's own form of an error; whatever is not of that form is not the issuer's. */
  readonly errorMessage: z.ZodType<string>;
}

/** For issuers whose statuses say what a no is about. */
export const asking = ({ errorMessage, ...connection }: AskingOptions): AskIssuer => {
  const { issuer } = connection;
  const call = issuerHttp({
    ...connection,
    refusalIn: (status, body) => {
      const parsed = errorMessage.safeParse(body);
      return parsed.success ? refusalOf(issuer, status, redactedExcerpt(parsed.data)) : undefined;
    },
  });
  return async (request) => {
    const answer = await call(request);
    if (!answer.ok) throw answer.refusal;
    return answer.body;
  };
};

const refusalOf = (issuer: string, status: number, message: string): IssuerRefused => {
  if (status === 404) return new IssuerRefused('key-not-found', `${issuer} has no such key: ${message}`);
  return status === 401 || status === 403
    ? new IssuerRefused('credential-refused', `${issuer} does not accept the vault's key (${status}): ${message}`)
    : new IssuerRefused('order-refused', `${issuer} refused (${status}): ${message}`);
};

/** `undefined` when the issuer says that there is no such key. */
export const unlessMissing = async <Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> => {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof IssuerRefused && error.reason === 'key-not-found') return undefined;
    throw error;
  }
};

/** An id as part of a path; whatever would lead to another is no id of a key. */
export const segment = (id: string): string => {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(id)) return id;
  throw new IssuerRefused('key-not-found', 'This is no id of a key');
};
