/** One mail to one recipient. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /**
   * Tells mails apart: the same key is the same mail sent again. Message-ID and everything else of the message derive
   * from it and from the content, so that a repetition is byte for byte the same message.
   */
  readonly key: string;
  /** Mails with the same key of a conversation are shown together. */
  readonly threadKey: string;
  /** When it was written: the Date header, ISO 8601. */
  readonly writtenAt: string;
}

/**
 * `accepted`: the server took the mail over. `refused`: this server will not take this mail, now or later. `deferred`:
 * anything else; the mail may even have been taken over, when the connection was lost after its last byte, so whoever
 * repeats it uses the same key. `cause` is a word of a closed list or `smtp-` with the reply code, never text of the
 * server.
 */
export type SendOutcome =
  { readonly outcome: 'accepted' } | { readonly outcome: 'refused' | 'deferred'; readonly cause: string };

/** Hands mails over to a mail server. Every implementation passes `mailerContract`. */
export interface Mailer {
  /**
   * Sends one mail and waits for the server's word, for a bounded time. Never throws for what the server or the network
   * does. Refuses, without connecting, a recipient that is not one plain address (`recipient-malformed`); throws
   * `malformed` for a line break in the subject: both would let a value write headers of its own.
   */
  send(mail: Mail): Promise<SendOutcome>;

  /** Gives up waiting mails as `deferred` and closes connections. */
  close(): Promise<void>;
}

export const MAILER: unique symbol = Symbol('Mailer');
