import { type Env, envDuration, envInteger, envList } from '@keyledger/config';

export interface ConnectionTestConfig {
  /** `CONNECTION_TEST_TIMEOUT`: limit of one test, with all of its calls. Default 10 s. */
  readonly timeoutMs: number;
  /**
   * `CONNECTION_TEST_ALLOW_PRIVATE`: hosts, addresses or CIDR blocks that may be called although they are not public, and
   * without TLS; for example an Ollama of one's own. Default: none.
   */
  readonly allowPrivate: readonly string[];
  /** `CONNECTION_TEST_PARALLEL`: tests at a time where many secrets are tested. Default 4. */
  readonly parallel: number;
}

export const readConnectionTests = (env: Env): ConnectionTestConfig => ({
  timeoutMs: envDuration(env, 'CONNECTION_TEST_TIMEOUT') ?? 10_000,
  allowPrivate: envList(env, 'CONNECTION_TEST_ALLOW_PRIVATE') ?? [],
  parallel: envInteger(env, 'CONNECTION_TEST_PARALLEL', { min: 1, max: 32 }) ?? 4,
});
