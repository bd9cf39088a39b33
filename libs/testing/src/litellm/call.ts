import { ProxyError, ValidationError } from './proxy-error.ts';
import type { KeyRow } from './key-row.ts';

/** One HTTP call, as the endpoints see it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly bearer: Bearer;
}

export type Bearer = { readonly kind: 'admin' } | { readonly kind: 'key'; readonly row: KeyRow };

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
}

export type Endpoint = (call: Call) => Answer | Promise<Answer>;

/** By method and path, for example `POST /key/generate`. */
export type Endpoints = Readonly<Record<string, Endpoint>>;

export const ok = (body: unknown): Answer => ({ status: 200, body });

export const answerFor = (error: unknown): Answer => {
  if (error instanceof ProxyError) return { status: error.status, body: error.toEnvelope() };
  if (error instanceof ValidationError) return { status: 422, body: error.toBody() };
  throw error;
};
