// Plain JavaScript, because `register.mjs` needs it before TypeScript can be loaded.

const REDACTED = '[redacted]';

/** Names under which secrets travel. The value behind such a name is never written, whatever it looks like. */
const SECRET_NAMES = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'x-vault-token',
  'x-amz-security-token',
  'password',
  'passphrase',
  'secret',
  'secretKey',
  'apiKey',
  'api_key',
  'masterKey',
  'privateKey',
  'plaintext',
  'token',
  'accessToken',
  'claimCode',
  'jwe',
];

/** `"name":` of a JSON text with a text, number, flat list or flat section behind it. */
const NAMED = new RegExp(
  `"(${SECRET_NAMES.join('|')})":\\s*(?:"(?:[^"\\\\]|\\\\.)*"|\\[[^\\[\\]]*\\]|\\{[^{}]*\\}|[\\d.]+)`,
  'gi',
);

/**
 * What keys, tokens and sealed keys look like. None of them matches a quote or backslash, so JSON stays JSON.
 * @type {readonly (readonly [RegExp, string])[]}
 */
const SHAPES = [
  // Keys of OpenAI, Anthropic, OpenRouter, LiteLLM and their like.
  [/(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{6,}/g, `sk-${REDACTED}`],
  [
    /(?<![A-Za-z0-9])(?:hf_|gsk_|xai-|ghp_|gho_|github_pat_|xox[abp]-|AIza|AKIA|ASIA|hv[sbr]\.|pk-lf-)[A-Za-z0-9_-]{10,}/g,
    REDACTED,
  ],
  // Tokens of Vault and OpenBao from before they said `hvs.`; a path of lower-case letters is none.
  [/(?<![A-Za-z0-9_.-])[sbr]\.(?![a-z]{24})[A-Za-z0-9]{24}(?![A-Za-z0-9_])/g, REDACTED],
  // Our own tokens of applications, also cut off; names such as keyledger_session stay.
  [/(?<![A-Za-z0-9])keyledger_[0-9a-f]{16}[A-Za-z0-9_-]*/g, REDACTED],
  // JWT and JWE in compact form.
  [/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){2,4}/g, REDACTED],
  // Fernet tokens.
  [/(?<![A-Za-z0-9_-])gAAAAA[A-Za-z0-9_-]{30,}={0,2}/g, REDACTED],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/-]{6,}=*/gi, `$1 ${REDACTED}`],
  // One-time links: their address opens a key, together with the claim code.
  [/(?<=\/claim\/)[A-Za-z0-9_-]{16,}/g, REDACTED],
  // Password of an address such as postgres://user:password@host.
  [/(?<=:\/\/[^\s"\\/:@]*:)[^\s"\\/@]+(?=@)/g, REDACTED],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*?-----END [A-Z ]*PRIVATE KEY-----/g, REDACTED],
];

/**
 * Removes from a text (JSON or not) what stands under the name of a secret or looks like a key.
 * @param {string} text
 * @returns {string}
 */
export const scrub = (text) =>
  SHAPES.reduce(
    (scrubbed, [shape, replacement]) => scrubbed.replace(shape, replacement),
    text.replace(NAMED, `"$1":"${REDACTED}"`),
  );
