import { isUtf8 } from 'node:buffer';
import { SecretAccess } from './secret-access.ts';
import type { SecretBytes } from './secret-bytes.ts';

/** What is wrong with a value that somebody hands in as a secret. */
export type ValueFlaw = 'empty' | 'not-text' | 'white-space' | 'quotes' | 'mask';

/** White space as `trim` knows it, and what looks like nothing at all. */
const SURROUNDED = /^[\s\u200b-\u200d\u2060\ufeff]|[\s\u200b-\u200d\u2060\ufeff]$/u;

const QUOTED = /^["'`“”‘’«»„]|["'`“”‘’«»„]$/u;

/**
 * Shapes of masks and placeholders, each for the whole value: a key that merely contains an asterisk is a key. Nothing but
 * mask characters; a few characters, a run of mask characters, a few characters; a prefix and nothing but `x`; and the
 * words that programs write in place of a secret.
 */
const MASKS = [
  /^(?:[*•●∙·…#█]|\.{2,})+$/u,
  /^[^*•●∙·…█]{0,16}?(?:\.{3}|…|[*•●∙·█]{3,})[.*•●∙·…█]*[^*•●∙·…█.]{0,12}$/u,
  /^(?:[a-z]{2,6}[-_])*x{3,}$/i,
  /^[[<{(]+[\w .-]*(?:redacted|secret|hidden|masked|filtered|removed|encrypted|unchanged|key|token)[\w .-]*[\]>})]+$/i,
  /^SecretStr\(.*\)$/,
  /^\[object \w+\]$/,
  /^(?:null|undefined|none|nil|nan|true|false|redacted|masked|hidden|unchanged|changeme|change-me(?:-in-production)?)$/i,
  /^(?:your|my)[-_ ].*(?:key|token|secret)(?:[-_ ]here)?$/i,
];

/** No mask is longer, and the shapes above are not for longer texts: their time grows with the square of the length. */
const LONGEST_MASK = 200;

const isMask = (text: string): boolean => text.length <= LONGEST_MASK && MASKS.some((shape) => shape.test(text));

const textOf = (secret: SecretBytes): string | undefined => {
  const bytes = secret.reveal(SecretAccess.granted);
  try {
    return isUtf8(bytes) ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : undefined;
  } finally {
    bytes.fill(0);
  }
};

/**
 * Why `value` cannot be meant as a secret; `undefined` when it can. `knownMasks` are those under which the secret has been
 * shown: a form that sends one of them back has not been touched. A value is taken as it is or not at all: whatever
 * stands around it is never cut off in silence.
 */
export const flawOf = (value: SecretBytes, knownMasks: readonly string[] = []): ValueFlaw | undefined => {
  const text = textOf(value);
  if (text === undefined) return 'not-text';
  if (text.trim() === '') return 'empty';
  if (SURROUNDED.test(text)) return 'white-space';
  if (QUOTED.test(text)) return 'quotes';
  return knownMasks.includes(text) || isMask(text) ? 'mask' : undefined;
};
