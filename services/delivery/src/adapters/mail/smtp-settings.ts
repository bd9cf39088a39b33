/** How the mail server is reached. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** `noreply@example.com` or `Keyledger <noreply@example.com>`. */
  readonly from: string;
  /** TLS from the first byte (port 465). */
  readonly useTls: boolean;
  /** Encrypt the connection after the greeting. */
  readonly startTls: boolean;
  /** Whether the server's certificate must be valid. */
  readonly verifySsl: boolean;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

/**
 * With `startTls` a mail goes out encrypted or not at all: a server, or somebody in between, that does not offer STARTTLS
 * gets nothing. Only on the way to this machine itself is it optional, with any certificate.
 */
export const encryptionOf = ({ host, useTls, startTls, verifySsl }: SmtpSettings) => {
  const isLoopback = LOOPBACK.test(host);
  return {
    secure: useTls,
    requireTLS: startTls && !useTls && !isLoopback,
    ignoreTLS: !startTls,
    tls: { rejectUnauthorized: verifySsl && !isLoopback },
  };
};
