import { createHmac, type KeyObject } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U, so that a code can be read aloud and typed. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 8;

/** Codes that are shown once, when a request is submitted, and prove later who submitted it. */
export interface ClaimCodes {
  /** The code of a request, such as `7K3M-9QX2`. The same submission always gives the same code. */
  codeFor(requestId: string, submission: Submission): string;
  /** What is stored in its place; bound to the request. Accepts a code as people type it. */
  hashOf(requestId: string, code: string): string;
}

/** What tells one submission from another: who sent it, and the key or message id it came with. */
export interface Submission {
  readonly submitter: string;
  readonly key: string;
}

/** People write O for 0, I or L for 1, small letters, blanks and dashes. */
const normalised = (code: string): string =>
  code
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');

/**
 * The code is 40 bits of HMAC-SHA256, enough against guessing since mistakes lock it. It is derived and not random, so
 * that a repeated submission is answered with the same code although none is stored. The hash is keyed as well: without
 * the key, 40 bits could be searched from a copy of the event store. The two uses of the key differ in their first part.
 */
export const claimCodes = (key: KeyObject): ClaimCodes => {
  const mac = (...parts: readonly string[]): Buffer => createHmac('sha256', key).update(JSON.stringify(parts)).digest();
  return {
    codeFor: (requestId, { submitter, key: submissionKey }) => {
      const bytes = mac('code', requestId, submitter, submissionKey);
      const characters = Array.from({ length: LENGTH }, (_, index) => ALPHABET[fiveBits(bytes, index)]).join('');
      return `${characters.slice(0, LENGTH / 2)}-${characters.slice(LENGTH / 2)}`;
    },
    hashOf: (requestId, code) => mac('hash', requestId, normalised(code)).toString('base64url'),
  };
};

/** The five bits at place `index`, from 0. */
const fiveBits = (bytes: Buffer, index: number): number => {
  const bit = index * 5;
  return (bytes.readUInt16BE(bit >> 3) >> (11 - (bit & 7))) & 31;
};
