import { newId } from '@keyledger/event-sourcing';
import { createHash, randomBytes } from 'node:crypto';

/** What the registry knows of a token. */
export interface ServiceTokenProof {
  readonly serviceTokenId: string;
  /** SHA-256 in hexadecimal. */
  readonly digest: string;
}

export interface NewServiceToken extends ServiceTokenProof {
  /** Shown once to whoever issues it, and kept nowhere. */
  readonly token: string;
}

/** Recognised by scanners that look for secrets in repositories and logs. */
const PREFIX = 'keyledger_';

/** The id of the token, so that it is found, and 256 random bits, so that one SHA-256 is enough to hide it. */
const TOKEN = /^keyledger_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export const newServiceToken = (): NewServiceToken => {
  const serviceTokenId = newId();
  const token = `${PREFIX}${serviceTokenId.replaceAll('-', '')}_${randomBytes(32).toString('base64url')}`;
  return { serviceTokenId, token, digest: digestOf(token) };
};

/** The token of an `Authorization: Bearer` header; `undefined` when it holds none of ours. */
export const presentedServiceToken = (header: string): ServiceTokenProof | undefined => {
  const token = /^Bearer +(\S+)$/i.exec(header.trim())?.[1] ?? '';
  const [, ...parts] = TOKEN.exec(token) ?? [];
  return parts.length === 0 ? undefined : { serviceTokenId: parts.join('-'), digest: digestOf(token) };
};
