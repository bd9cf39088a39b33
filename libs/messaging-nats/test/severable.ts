import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** A way to a server that can be cut: for a process that alone has lost the network. */
export class SeverableLink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly port: number;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async to(targetPort: number): Promise<SeverableLink> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const link = new SeverableLink(server, typeof address === 'object' ? (address?.port ?? 0) : 0);
    server.on('connection', (near) => link.#join(near, connect(targetPort, '127.0.0.1')));
    return link;
  }

  /** Breaks what is open and refuses what comes. */
  sever(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(near: Socket, far: Socket): void {
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  }
}
