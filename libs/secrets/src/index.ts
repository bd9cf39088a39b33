export { fingerprintOf } from './fingerprint.ts';
export { maskOf } from './mask.ts';
export { redactedExcerpt } from './redaction.ts';
export { SecretAccess } from './secret-access.ts';
export { SecretBytes } from './secret-bytes.ts';
export { flawOf, type ValueFlaw } from './submitted-value.ts';
