import { isIP } from 'node:net';
import { parseDuration } from './duration.ts';

/** What a setting may be. `parse` takes a value of the file or the text of a variable. */
export interface Kind<T> {
  /** Completes the sentence "expected …". */
  readonly expected: string;
  /** `undefined` when the value is not of this kind. */
  parse(value: unknown): T | undefined;
  /** It may be given by file, too. */
  readonly isSecret?: true;
}

const textOnly =
  <T>(parse: (text: string) => T | undefined) =>
  (value: unknown): T | undefined =>
    typeof value === 'string' ? parse(value) : undefined;

export const text: Kind<string> = { expected: 'text', parse: textOnly((value) => value) };

/** A key or password. Spaces or quotes around it come from copying and make the provider refuse it. */
export const secret: Kind<string> = {
  expected: 'text without spaces or quotes around it',
  parse: textOnly((value) => (/^\s|\s$|\0|^(["']).*\1$/s.test(value) ? undefined : value)),
  isSecret: true,
};

/** A key that is sent in a header. With other characters no request can be made, and the error would show the key. */
export const headerSecret: Kind<string> = {
  expected: 'a key of one line, of letters, digits and signs, without spaces or quotes around it',
  parse: (value) => {
    const key = secret.parse(value);
    return key === undefined || !/^[\x21-\x7e]*$/.test(key) ? undefined : key;
  },
  isSecret: true,
};

const NUMERAL = /^-?\d+(\.\d+)?$/;

const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'string' && NUMERAL.test(value) ? Number(value) : Number.NaN;

export const integer = (min: number, max: number): Kind<number> => ({
  expected: `a whole number from ${min} to ${max}`,
  parse: (value) => {
    const number = numberOf(value);
    return Number.isInteger(number) && number >= min && number <= max ? number : undefined;
  },
});

export const port = integer(1, 65_535);

/** An amount of money in the currency of the issuer. */
export const amount: Kind<number> = {
  expected: 'an amount greater than zero, such as 10 or 2.5',
  parse: (value) => {
    const number = numberOf(value);
    return Number.isFinite(number) && number > 0 ? number : undefined;
  },
};

/** The words that YAML 1.1 and environment variables use for truth; files written for other tools have them. */
const FLAG_WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
};

export const flag: Kind<boolean> = {
  expected: 'true or false',
  parse: (value) =>
    typeof value === 'boolean' ? value : typeof value === 'string' ? FLAG_WORDS[value.toLowerCase()] : undefined,
};

export const duration: Kind<number> = {
  expected: 'a duration such as "30s", "5m", "72h" or "30d"',
  parse: textOnly(parseDuration),
};

/** The webhook timeout of LLM Key Requestor is a number of seconds. */
export const secondsOrDuration: Kind<number> = {
  expected: 'a duration such as "5s", or a number of seconds',
  parse: (value) =>
    typeof value === 'number' ? (value > 0 && value <= 3_600 ? value * 1_000 : undefined) : duration.parse(value),
};

const urlWith = (protocols: readonly string[], expected: string): Kind<string> => ({
  expected,
  parse: textOnly((value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    return url !== undefined && protocols.includes(url.protocol) && url.hostname !== '' ? value : undefined;
  }),
});

/** An endpoint is used to the letter. */
export const httpEndpoint = urlWith(['http:', 'https:'], 'an address that begins with http:// or https://');

/** Without the slash at the end, so that paths can be put behind it. Addresses are shown; a password is none of theirs. */
export const httpUrl: Kind<string> = {
  expected: 'an address that begins with http:// or https://, without user and password',
  parse: (value) => {
    const url = URL.parse(httpEndpoint.parse(value) ?? '');
    return url === null || `${url.username}${url.password}` !== '' ? undefined : String(value).replace(/\/+$/, '');
  },
};

const LABELS = /^(?:[\w-]+\.)*(?=[\w-]*[a-z_])[\w-]+$/i;

const isBlock = (value: string): boolean => {
  const [base = '', bits = '', ...rest] = value.split('/');
  return rest.length === 0 && /^\d+$/.test(bits) && isIP(base) !== 0 && Number(bits) <= (isIP(base) === 4 ? 32 : 128);
};

/** What may be called although it is not public. */
export const host: Kind<string> = {
  expected: 'a host name, an address or a CIDR block, such as ollama.lan or 10.20.0.0/16',
  parse: textOnly((value) => (isIP(value) !== 0 || isBlock(value) || LABELS.test(value) ? value : undefined)),
};

export const postgresUrl = urlWith(
  ['postgres:', 'postgresql:'],
  'an address of the form postgres://user:password@host:port/database',
);

/** Addresses of EventStoreDB may list several nodes, which no URL parser accepts. */
export const eventStoreUrl: Kind<string> = {
  expected: 'an address that begins with postgres:// or esdb://',
  parse: (value) =>
    typeof value === 'string' && /^(esdb|kurrentdb)(\+discover)?:\/\/[^/\s]+/.test(value)
      ? value
      : postgresUrl.parse(value),
};

export const natsUrl = urlWith(['nats:', 'tls:'], 'an address of the form nats://host:port');

export const emailAddress: Kind<string> = {
  expected: 'an e-mail address',
  parse: textOnly((value) => (/^[^\s@<>]+@[^\s@<>]+$/.test(value) ? value : undefined)),
};

/** `Name <user@example.com>` or the address alone. */
export const mailbox: Kind<string> = {
  expected: 'an e-mail address, or a name with one: Keyledger <keys@example.com>',
  parse: textOnly((value) =>
    /^([^<>\r\n]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/.test(value) ? value : undefined,
  ),
};

export const choice = <const Choice extends string>(...choices: readonly Choice[]): Kind<Choice> => ({
  expected: `one of ${choices.map((each) => `"${each}"`).join(', ')}`,
  parse: textOnly((value) => choices.find((each) => each === value)),
});

/** "text", "a list" and the like: what may be said of a value without showing it. */
export const kindOf = (value: unknown): string => {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return value.includes('\0') ? 'text with a NUL' : 'text';
    case 'number':
    case 'bigint':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return 'a section with keys';
  }
};
