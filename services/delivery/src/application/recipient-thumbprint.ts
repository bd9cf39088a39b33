import { createHash } from 'node:crypto';
import type { OpenLink } from '@keyledger/contracts-delivery';
import type { InputOf } from '@keyledger/messaging';

/** RFC 7638 §3, as the vault records it: the required members in lexicographic order, without white space. */
export const thumbprintOf = ({ crv, kty, x, y }: InputOf<typeof OpenLink>['recipientKey']): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
