import { ConfigError, ConfigErrors, type Env, envHttpUrl, envText } from '@keyledger/config';
import { type ConfiguredSecret, readSecret } from './configured-secret.ts';

export interface TransitSourceConfig {
  readonly source: 'transit';
  /** `KEYLEDGER_TRANSIT_URL`: address of Vault or OpenBao. */
  readonly url: string;
  /** `KEYLEDGER_TRANSIT_MOUNT`: where the engine is mounted. Default `transit`. */
  readonly mount: string;
  /** `KEYLEDGER_TRANSIT_KEY`: name of the key. Default `keyledger`. */
  readonly key: string;
  /** `KEYLEDGER_TRANSIT_NAMESPACE`, where there are namespaces. */
  readonly namespace?: string;
  /** `KEYLEDGER_TRANSIT_TOKEN`, or `KEYLEDGER_TRANSIT_TOKEN_FILE`, which is read at each request: agents renew it. */
  readonly token: ConfiguredSecret;
}

const TOKEN = 'KEYLEDGER_TRANSIT_TOKEN';

const refused = (key: string, expected: string): ConfigErrors =>
  new ConfigErrors([new ConfigError({ key, expected, found: 'text' })]);

/** Names in paths of the engine: none of them leads up or elsewhere. */
const NAME = /^\w(?:[\w.-]*\w)?$/;

const envNames = (env: Env, key: string, most: number, expected: string): string | undefined => {
  const names = envText(env, key)?.replace(/\/$/, '');
  const parts = names?.split('/') ?? [];
  if (parts.length > most || !parts.every((name) => NAME.test(name))) throw refused(key, expected);
  return names;
};

const A_NAME = 'a name of letters, digits, dots, dashes and underscores';
const A_PATH = `${A_NAME}, or several with slashes between them`;

/** A token in a file is looked at when it is read. */
const readToken = (env: Env): ConfiguredSecret => {
  const token = readSecret(env, TOKEN);
  if (token.from === 'variable' && !/^[\x21-\x7e]+$/.test(env[TOKEN] ?? ''))
    throw refused(TOKEN, 'a token of one line, of letters, digits and signs');
  return token;
};

export const readTransit = (env: Env): readonly TransitSourceConfig[] => {
  const url = envHttpUrl(env, 'KEYLEDGER_TRANSIT_URL');
  if (url === undefined) return [];
  const namespace = envNames(env, 'KEYLEDGER_TRANSIT_NAMESPACE', 100, A_PATH);
  return [
    {
      source: 'transit',
      url,
      mount: envNames(env, 'KEYLEDGER_TRANSIT_MOUNT', 100, A_PATH) ?? 'transit',
      key: envNames(env, 'KEYLEDGER_TRANSIT_KEY', 1, A_NAME) ?? 'keyledger',
      ...(namespace === undefined ? {} : { namespace }),
      token: readToken(env),
    },
  ];
};
