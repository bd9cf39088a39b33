import { counter, histogram, type Logger } from '@keyledger/telemetry';

const signInsFailed = counter({
  name: 'gateway.sign_in.failed',
  description: 'Wrong user names or passwords',
  attributes: ['limited'],
});

/** The address says where guessing comes from; the name that was tried may be a mistyped password. */
export const signInFailed = (logger: Logger, address: string, isLimited: boolean): void => {
  signInsFailed.add(1, { limited: isLimited });
  logger.warn({ address, isLimited }, 'a sign-in failed');
};

const keysRevealed = counter({
  name: 'gateway.key.revealed',
  description: 'Keys shown behind a one-time link',
  attributes: ['form'],
});

export const keyRevealed = (logger: Logger, form: 'page' | 'json'): void => {
  keysRevealed.add(1, { form });
  logger.info({ form }, 'a key was revealed');
};

const requests = histogram({
  name: 'gateway.request.answered',
  description: 'Time to answer an HTTP request',
  unit: 's',
  attributes: ['method', 'area', 'status'],
});

export interface AnsweredRequest {
  readonly method: string;
  /** First part of the path, from a closed list: paths hold ids and tokens. */
  readonly area: string;
  /** For example `2xx`. */
  readonly status: string;
  readonly seconds: number;
}

export const requestAnswered = ({ seconds, ...attributes }: AnsweredRequest): void =>
  requests.record(seconds, attributes);

const operations = histogram({
  name: 'gateway.operation.answered',
  description: 'Time to answer a GraphQL query or mutation',
  unit: 's',
  attributes: ['type', 'outcome'],
});

export const operationAnswered = (type: string, outcome: 'ok' | 'errors', seconds: number): void =>
  operations.record(seconds, { type, outcome });
