import { ConfigError, ConfigErrors, type Env, envText } from '@keyledger/config';
import { SecretBytes } from '@keyledger/secrets';

/** Where a passphrase or a token comes from. There is no default: without a passphrase the vault starts sealed. */
export type ConfiguredSecret =
  | { readonly from: 'variable'; readonly passphrase: SecretBytes }
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'nowhere' };

/** `NAME`, or the path in `NAME_FILE`. */
export const readSecret = (env: Env, name: string): ConfiguredSecret => {
  const path = envText(env, `${name}_FILE`);
  const value = env[name];
  if (path !== undefined && value !== undefined && value !== '') {
    const expected = `is set together with ${name}_FILE; set one of them`;
    throw new ConfigErrors([new ConfigError({ key: name, expected })]);
  }
  if (path !== undefined) return { from: 'file', path };
  if (value === undefined || value === '') return { from: 'nowhere' };
  return { from: 'variable', passphrase: SecretBytes.fromText(value) };
};
