/** What stands in place of anything that looks like a key. */
const REDACTED = '[redacted]';

/** Public prefixes of API keys; what follows them is secret. Also matches masked echoes such as `sk-...abcd`. */
const PREFIXED =
  /(?<![A-Za-z0-9])(?:sk|pk|rk|gsk|hf|api_org|xai|pplx|dapi|r8|tgp_v1|ghp|gho|ghs|glpat|xox[abprs])[-_][A-Za-z0-9_.*+/=-]{4,}/g;

/** Keys whose prefix carries no separator. */
const UNSEPARATED = /(?<![A-Za-z0-9])(?:AIza|AQ\.|hv[sbr]\.|ABSK|AKIA|ASIA|bedrock-api-key-)[A-Za-z0-9_+/=-]{8,}/g;

/** Tokens of Vault and OpenBao from before they said `hvs.`; a path of lower-case letters is none. */
const LEGACY_TRANSIT = /(?<![A-Za-z0-9_.-])[sbr]\.(?![a-z]{24})[A-Za-z0-9]{24}(?![A-Za-z0-9_])/g;

/** Our own tokens of applications, also cut off; names such as `keyledger_session` stay. */
const SERVICE_TOKEN = /(?<![A-Za-z0-9])keyledger_[0-9a-f]{16}[A-Za-z0-9_-]*/g;

const JWT = /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){0,3}/g;

const FERNET = /(?<![A-Za-z0-9])gAAAA[A-Za-z0-9_-]{16,}={0,2}/g;

const AUTHORIZATION = /\b(Bearer|Basic)\s+[^\s"',;]+/gi;

const URL_PASSWORD = /(:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g;

/** `api_key=…`, `"password": "…"`, `token: …`; the name stays, the value goes. */
const NAMED =
  /\b((?:api[-_ ]?key|apikey|password|passwd|secret|token|master[-_ ]?key|authorization)["']?\s*[:=]\s*["']?)(?!\[redacted\]|(?:Bearer|Basic)\s)[^\s"',;)}\]]{4,}/gi;

/** Long runs without a space are keys, hashes or tokens more often than words. Ids with dashes stay readable. */
const LONG_RUN =
  /(?<![A-Za-z0-9_+/=-])(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![A-Za-z0-9]))[A-Za-z0-9_+/=-]{32,}/g;

/**
 * Takes what looks like a key, a token or a password out of text that somebody else wrote, such as the error text of an
 * issuer. A guess by shape: it may take too much, and it cannot know a secret that looks like a word.
 */
export const redact = (text: string): string =>
  text
    .replace(URL_PASSWORD, `$1${REDACTED}`)
    .replace(AUTHORIZATION, `$1 ${REDACTED}`)
    .replace(JWT, REDACTED)
    .replace(FERNET, REDACTED)
    .replace(PREFIXED, REDACTED)
    .replace(UNSEPARATED, REDACTED)
    .replace(LEGACY_TRANSIT, REDACTED)
    .replace(SERVICE_TOKEN, REDACTED)
    .replace(NAMED, `$1${REDACTED}`)
    .replace(LONG_RUN, REDACTED);

/** Much longer than any excerpt: the time that redaction takes grows faster than its text. */
const LONGEST_TEXT = 4_000;

/** The first words of a text. A word that is cut off could be half of a secret, so it is left out. */
const firstWords = (text: string): string => {
  if (text.length <= LONGEST_TEXT) return text;
  const head = text.slice(0, LONGEST_TEXT);
  return head.slice(0, Math.max(head.lastIndexOf(' '), head.lastIndexOf('\n'), 0));
};

/**
 * `redact` of the first 4,000 characters, on one line and cut to `length`: fit for an error message or an event. Text without
 * a space up to there gives nothing.
 */
export const redactedExcerpt = (text: string, length = 200): string => {
  const line = redact(firstWords(text))
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).trimEnd()}…`;
};
