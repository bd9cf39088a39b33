import type { LiteLlm } from '../src/index.ts';

export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Calls a LiteLLM as its clients do. */
export const callLiteLlm = async (
  { url, masterKey }: Pick<LiteLlm, 'url' | 'masterKey'>,
  call: string,
  body?: object,
  authorization = `Bearer ${masterKey}`,
): Promise<Reply> => {
  const [method = 'GET', path = '/'] = call.split(' ');
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(authorization === '' ? {} : { authorization }) },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(5_000),
  });
  return { status: response.status, body: (await response.json()) as Reply['body'] };
};

export const errorOf = ({ body }: Reply): Readonly<Record<string, unknown>> =>
  body.error as Readonly<Record<string, unknown>>;
