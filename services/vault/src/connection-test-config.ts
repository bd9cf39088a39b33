import { ConfigError, ConfigErrors, type Env, envDuration, envHosts, envInteger } from '@keyledger/config';

export interface ConnectionTestConfig {
  /** `CONNECTION_TEST_TIMEOUT`: limit of one test, with all of its calls. Default 10 s. */
  readonly timeoutMs: number;
  /**
   * `CONNECTION_TEST_ALLOW_PRIVATE`: hosts, addresses or CIDR blocks that may be called although they are not public, and
   * without TLS; for example an Ollama of one's own. Default: none.
   */
  readonly allowPrivate: readonly string[];
  /**
   * `CONNECTION_TEST_PER_PERSON` and `CONNECTION_TEST_PER_MINUTE`: keys that nobody keeps, tested in a minute by one person,
   * default 30, and by all, default 300; over all replicas.
   */
  readonly mostPerMinute: { readonly perPerson: number; readonly byAll: number };
  /** `CONNECTION_TEST_PARALLEL`: tests at a time where many secrets are tested. Default 4. */
  readonly parallel: number;
  /**
   * `CONNECTION_TEST_EVERY`: how often each stored secret is shown to its provider without being asked, at least 15 min.
   * Default: never. Costs nothing at the providers; each time is a recorded reveal.
   */
  readonly everyMs: number | undefined;
}

/** More often, histories would consist of reveals, and providers would limit the keys. */
const SHORTEST_PERIOD_MS = 15 * 60_000;

const readPeriod = (env: Env): number | undefined => {
  const everyMs = envDuration(env, 'CONNECTION_TEST_EVERY');
  if (everyMs !== undefined && everyMs < SHORTEST_PERIOD_MS)
    throw new ConfigErrors([new ConfigError({ key: 'CONNECTION_TEST_EVERY', expected: 'a duration of 15m or more' })]);
  return everyMs;
};

export const readConnectionTests = (env: Env): ConnectionTestConfig => ({
  timeoutMs: envDuration(env, 'CONNECTION_TEST_TIMEOUT') ?? 10_000,
  allowPrivate: envHosts(env, 'CONNECTION_TEST_ALLOW_PRIVATE') ?? [],
  mostPerMinute: {
    perPerson: envInteger(env, 'CONNECTION_TEST_PER_PERSON', { min: 1, max: 10_000 }) ?? 30,
    byAll: envInteger(env, 'CONNECTION_TEST_PER_MINUTE', { min: 1, max: 100_000 }) ?? 300,
  },
  parallel: envInteger(env, 'CONNECTION_TEST_PARALLEL', { min: 1, max: 32 }) ?? 4,
  everyMs: readPeriod(env),
});
