/** An answer in LiteLLM's error envelope. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';

  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
    /** LiteLLM writes an absent parameter as the text `None`. */
    readonly param: string | null = 'None',
  ) {
    super(message);
  }

  toEnvelope(): object {
    return { error: { message: this.message, type: this.type, param: this.param, code: String(this.status) } };
  }
}

/** Some messages of LiteLLM are a printed Python dictionary. */
export const pythonRepr = (error: string): string => `{'error': '${error}'}`;

export const badRequest = (message: string, param: string | null = 'None'): ProxyError =>
  new ProxyError(400, 'bad_request_error', message, param);

export const aliasExists = (alias: string): ProxyError =>
  badRequest(`Key with alias '${alias}' already exists. Unique key aliases across all keys are required.`, 'key_alias');

export const premiumFeature = (field: string): ProxyError =>
  new ProxyError(
    403,
    'auth_error',
    `Only premium users can set ${field} on keys. You must be a LiteLLM Enterprise user to use this feature.`,
  );

/** The framework's own validation error, which has another shape. */
export class ValidationError extends Error {
  override readonly name = 'ValidationError';

  constructor(
    readonly location: readonly string[],
    message: string,
    readonly type: string,
  ) {
    super(message);
  }

  toBody(): object {
    return { detail: [{ loc: this.location, msg: this.message, type: this.type }] };
  }
}
