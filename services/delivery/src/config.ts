import { createSecretKey, type KeyObject } from 'node:crypto';
import {
  collectConfig,
  ConfigError,
  ConfigErrors,
  type Env,
  envDuration,
  envText,
  loadKeyledgerFile,
  type PlatformConfig,
  readPlatformConfig,
  required,
  secretFrom,
  type SmtpConfig,
  warningsAbout,
} from '@keyledger/config';
import type { LinkPolicy } from './application/link-terms.ts';

export interface DeliveryConfig {
  readonly platform: PlatformConfig;
  /** `smtp` of the file or `SMTP_*`: where mails are handed over. */
  readonly smtp: SmtpConfig;
  /** `delivery.public_url` or `PUBLIC_URL`, without a slash at the end: where a link leads. */
  readonly publicUrl: string;
  /** `delivery` of the file: life of a one-time link and how often it may be opened. */
  readonly links: LinkPolicy;
  /** `MAIL_RETRY_WINDOW`: how long a mail that the server does not take is tried again. Default 24 h. */
  readonly retryWindowMs: number;
  /** `SUPPORT_CONTACT`: whom people may ask, shown in mails; an address is also where answers go. */
  readonly supportContact: string | undefined;
  /** `DELIVERY_LINK_KEY` or `DELIVERY_LINK_KEY_FILE`: keys of link tokens with commas between; the first one signs. */
  readonly linkKeys: readonly [KeyObject, ...KeyObject[]];
  /** To be logged. */
  readonly warnings: readonly string[];
}

const HOUR_MS = 60 * 60 * 1000;
const DEFAULT_RETRY_WINDOW_MS = 24 * HOUR_MS;

/** 128 bits written as hexadecimal digits; any denser alphabet has more. */
const SHORTEST_LINK_KEY = 32;

const wrong = (key: string, expected: string): ConfigErrors => new ConfigErrors([new ConfigError({ key, expected })]);

const secretKey = (text: string): KeyObject => createSecretKey(text, 'utf8');

const readLinkKeys = (env: Env): readonly [KeyObject, ...KeyObject[]] => {
  const text = required('DELIVERY_LINK_KEY', secretFrom(env, 'DELIVERY_LINK_KEY'));
  const [first, ...more] = text.split(/[\s,]+/).filter((key) => key !== '');
  if (first === undefined || [first, ...more].some((key) => key.length < SHORTEST_LINK_KEY))
    throw wrong('DELIVERY_LINK_KEY', `expected random keys of at least ${SHORTEST_LINK_KEY} characters`);
  return [secretKey(first), ...more.map(secretKey)];
};

const readRetryWindow = (env: Env, linkTtlMs: number): number => {
  const retryWindowMs = envDuration(env, 'MAIL_RETRY_WINDOW') ?? DEFAULT_RETRY_WINDOW_MS;
  // Otherwise a mail could arrive with a link that has expired already.
  if (retryWindowMs < linkTtlMs) return retryWindowMs;
  throw wrong('MAIL_RETRY_WINDOW', 'expected a time shorter than the life of a link (delivery.link_expires_after)');
};

/** What the file says about mails and links. */
const readMailSection = (env: Env) => {
  const file = loadKeyledgerFile(env);
  const { smtp, delivery } = file;
  return {
    warnings: warningsAbout(file, 'smtp', 'delivery'),
    smtp: required('SMTP_HOST', smtp),
    publicUrl: delivery.publicUrl.replace(/\/+$/, ''),
    links: { linkTtlMs: delivery.linkExpiresAfterMs, maxViews: delivery.maxViews },
    retryWindowMs: readRetryWindow(env, delivery.linkExpiresAfterMs),
    supportContact: envText(env, 'SUPPORT_CONTACT'),
  };
};

/** Throws `ConfigErrors` with everything that is missing or wrong. */
export const readConfig = (env: Env = process.env): DeliveryConfig =>
  collectConfig((read) => {
    const platform = read(() => readPlatformConfig(env, 'delivery'));
    const mail = read(() => readMailSection(env));
    const linkKeys = read(() => readLinkKeys(env));
    return () => ({ platform: platform(), linkKeys: linkKeys(), ...mail() });
  });
