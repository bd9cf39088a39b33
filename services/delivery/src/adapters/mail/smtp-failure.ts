import type { SendOutcome } from '../../application/ports/mailer.port.ts';

/** What nodemailer says about a failure, as far as it is used here. */
interface SmtpError {
  readonly code?: string;
  /** The system's own code, where `code` is nodemailer's. */
  readonly originalCode?: string;
  readonly syscall?: string;
  readonly responseCode?: number;
  /** True for a reply that the same message would get again. */
  readonly permanent?: boolean;
}

const CAUSES: Readonly<Record<string, string>> = {
  ECONNECTION: 'smtp-connection-lost',
  ETIMEDOUT: 'smtp-timeout',
  EABORT: 'smtp-timeout',
  EDNS: 'smtp-unreachable',
};

const IS_TLS_CODE = /CERT|^ERR_(TLS|SSL)/;

/** Where the server speaks of this mail: sender, recipient, content. Elsewhere it speaks of itself or of our account. */
const ABOUT_THE_MAIL: ReadonlySet<string | undefined> = new Set(['EENVELOPE', 'EMESSAGE']);

const causeOf = ({ code = '', originalCode = '', syscall, responseCode }: SmtpError): string => {
  if (code === 'ETLS' || IS_TLS_CODE.test(originalCode)) return 'smtp-tls';
  if (responseCode !== undefined) return `smtp-${responseCode}`;
  if (code === 'ESOCKET') return syscall === 'connect' ? 'smtp-unreachable' : 'smtp-connection-lost';
  return CAUSES[code] ?? 'smtp-protocol';
};

/**
 * A reply 5xx to the envelope or the content is final (RFC 5321 §4.2.1). A 5xx to greeting, STARTTLS or login is
 * trouble between the server and us, which an operator can mend while the mail waits, so the mail is not blamed for it.
 */
export const outcomeOf = (error: unknown): SendOutcome => {
  const failure: SmtpError = typeof error === 'object' && error !== null ? error : {};
  const isFinal = ABOUT_THE_MAIL.has(failure.code) && failure.permanent === true;
  return { outcome: isFinal ? 'refused' : 'deferred', cause: causeOf(failure) };
};
