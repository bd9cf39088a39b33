import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { parse, stringify } from 'uuid';
import type { LinkRef, LinkTokens } from '../../application/ports/link-tokens.port.ts';

const ID_BYTES = 16;
const NUMBER_BYTES = 4;
const REF_BYTES = ID_BYTES + NUMBER_BYTES;
const TAG_BYTES = 32;

/** Sets these tags apart from anything else that may ever be signed with the same key. */
const PURPOSE = Buffer.from('keyledger delivery link v1\0');

/**
 * `delivery id ‖ link number ‖ HMAC-SHA256`, as base64url. Whoever does not have a key cannot make a token (a guess
 * succeeds with 2⁻²⁵⁶), and a token says which link it is, so none is stored: a copy of the database opens nothing.
 * The first key signs, all of them verify, so that a key is replaced by putting a new one in front and taking the old
 * one away when its links have expired.
 */
export const hmacLinkTokens = (keys: readonly [KeyObject, ...KeyObject[]]): LinkTokens => {
  const [signing] = keys;
  const tagOf = (ref: Uint8Array, key: KeyObject): Buffer =>
    createHmac('sha256', key).update(PURPOSE).update(ref).digest();

  // Every key is tried, whichever matches, and each comparison takes constant time.
  const isGenuine = (ref: Uint8Array, tag: Uint8Array): boolean =>
    keys.filter((key) => timingSafeEqual(tagOf(ref, key), tag)).length > 0;

  return {
    issue: ({ deliveryId, linkNumber }) => {
      const ref = Buffer.alloc(REF_BYTES);
      ref.set(parse(deliveryId));
      ref.writeUInt32BE(linkNumber, ID_BYTES);
      return Buffer.concat([ref, tagOf(ref, signing)]).toString('base64url');
    },
    read: (token): LinkRef | undefined => {
      const bytes = Buffer.from(token, 'base64url');
      // Node's decoder skips what is not base64url and ignores spare bits; a token has one spelling only.
      if (bytes.length !== REF_BYTES + TAG_BYTES || bytes.toString('base64url') !== token) return undefined;
      const ref = bytes.subarray(0, REF_BYTES);
      if (!isGenuine(ref, bytes.subarray(REF_BYTES))) return undefined;
      return { deliveryId: stringify(ref.subarray(0, ID_BYTES)), linkNumber: ref.readUInt32BE(ID_BYTES) };
    },
  };
};
