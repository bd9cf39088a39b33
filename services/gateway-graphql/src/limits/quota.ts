import { ConfigError, ConfigErrors, type Env, envText, parseDuration } from '@keyledger/config';

/** So many within so long. */
export interface Quota {
  readonly count: number;
  readonly windowMs: number;
}

const quotaIn = (text: string): Quota | undefined => {
  const [, count, window = ''] = /^([1-9]\d{0,5})\/(.+)$/.exec(text) ?? [];
  const windowMs = parseDuration(window);
  return count === undefined || windowMs === undefined ? undefined : { count: Number(count), windowMs };
};

/** A variable such as `120/1h`, or `off` for no bound. Throws `ConfigErrors`. */
export const envQuota = (env: Env, name: string, byDefault: Quota): Quota | undefined => {
  const text = envText(env, name);
  if (text === undefined) return byDefault;
  if (text === 'off') return undefined;
  const quota = quotaIn(text);
  if (quota !== undefined) return quota;
  const expected = 'a number and the time in which it is used up, such as "120/1h", or "off"';
  throw new ConfigErrors([new ConfigError({ key: name, expected, found: 'text' })]);
};
