import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { buffer } from 'node:stream/consumers';
import type { MailFaults } from './mail-faults.ts';
import { parseMail } from './mail-message.ts';
import type { MailStore } from './mail-store.ts';

export interface SmtpCatcher {
  readonly port: number;
  stop(): Promise<void>;
}

export interface SmtpCatcherOptions {
  readonly port: number;
  /** Offers STARTTLS with a certificate that nobody signed. */
  readonly startTls: boolean;
}

const LARGEST_MAIL = 10_000_000;

/** Takes every mail of every sender for every recipient; never passes one on. */
export const startSmtpCatcher = async (
  { port, startTls }: SmtpCatcherOptions,
  store: MailStore,
  faults: MailFaults,
): Promise<SmtpCatcher> => {
  const sockets = new Map<number, Socket>();
  const cut = ({ remotePort }: SMTPServerSession) => sockets.get(remotePort)?.destroy();
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: startTls ? [] : ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: LARGEST_MAIL,
    closeTimeout: 100,
    onAuth: (_auth, _session, callback) => callback(null, { user: 'anybody' }),
    onConnect: (_session, callback) => {
      const refused = faults.take('refuse-connection') !== undefined;
      callback(refused ? smtpError(421, 'Service not available') : null);
    },
    onRcptTo: (_address, _session, callback) => {
      const refused = faults.take('reject-4xx', 'reject-5xx');
      if (refused === undefined) callback();
      else
        callback(refused === 'reject-4xx' ? smtpError(451, 'Try again later') : smtpError(550, 'Mailbox unavailable'));
    },
    onData: (stream, session, callback) => {
      const take = async () => {
        const raw = await buffer(stream);
        const fault = faults.take('drop-after-data', 'drop-after-commit', 'hang-after-data');
        if (fault === 'hang-after-data') return;
        if (fault === 'drop-after-data') return void cut(session);
        store.add(await parseMail(raw, recipients(session)));
        if (fault === 'drop-after-commit') cut(session);
        else callback();
      };
      take().catch((error: unknown) => callback(error as Error));
    },
  });
  server.on('error', () => undefined); // of single connections; a broken one concerns only its client
  server.server.on('connection', (socket: Socket) => {
    const remotePort = socket.remotePort ?? 0;
    sockets.set(remotePort, socket);
    socket.once('close', () => sockets.delete(remotePort));
  });
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets.values()) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
};

const recipients = ({ envelope }: SMTPServerSession): string[] => envelope.rcptTo.map(({ address }) => address);

const smtpError = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });
