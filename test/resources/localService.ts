import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LocalService extends AsyncDisposable {
  /** Without a path. */
  readonly url: string;
  /** The number of connections so far. */
  connections(): number;
  /** Closes the port and all connections. */
  stop(): Promise<void>;
  /** Listens on the same port again. */
  restart(): Promise<void>;
}

/** Starts an HTTP service on a free port of this machine, in place of one that operators have. */
export async function startLocalService(listener: RequestListener): Promise<LocalService> {
  const server = createServer(listener);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  let port = 0;
  const restart = async () => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  const stop = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  await restart();
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => connections,
    stop,
    restart,
    [Symbol.asyncDispose]: stop,
  };
}
