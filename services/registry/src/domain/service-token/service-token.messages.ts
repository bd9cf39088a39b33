import { defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';

const events = {
  ServiceTokenIssued: defineEvent(
    z.object({
      serviceTokenId: z.uuid(),
      name: z.string().min(1),
      /** SHA-256 of the token, in hexadecimal. The token itself was shown once and is kept nowhere. */
      digest: z.string().length(64),
      issuedAt: z.iso.datetime(),
      expiresAt: z.iso.datetime().optional(),
    }),
  ),
  ServiceTokenRevoked: defineEvent(z.object({ serviceTokenId: z.uuid(), revokedAt: z.iso.datetime() })),
};

export const serviceTokenCodec = eventCodec(events);

export type ServiceTokenEvent = EventOf<typeof events>;

type Command<Type extends string, Data> = Message<
  Type,
  Readonly<Data & { serviceTokenId: string; isAdministrator: boolean; now: string }>
>;

export type IssueServiceToken = Command<
  'IssueServiceToken',
  {
    name: string;
    digest: string;
    expiresAt?: string | undefined;
    /** Absent: tokens may live for ever. */
    longestLifeMs?: number | undefined;
  }
>;

export type RevokeServiceToken = Command<'RevokeServiceToken', object>;

export type ServiceTokenCommand = IssueServiceToken | RevokeServiceToken;

export type ServiceTokenRefusal =
  'not-an-administrator' | 'service-token-exists' | 'service-token-not-found' | 'expiry-in-the-past' | 'exceeds-limits';
