import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy to a server, on a port of its own, that can cut connections. */
export interface FlakyProxy extends AsyncDisposable {
  /** The URL of the server through the proxy. */
  readonly url: string;
  /** Breaks every connection without a close frame, and accepts none until `mend`. */
  cut(): void;
  /**
   * From now until `mend`, a connection over which this text is sent receives no more answers, and stays open. Other
   * connections are not affected.
   */
  silence(text: string): void;
  mend(): void;
}

export async function openFlakyProxy(serverUrl: string): Promise<FlakyProxy> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let whole = true;
  let silenced: string | undefined;
  const hold = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  };
  const proxy = createServer((near) => {
    hold(near);
    if (!whole) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(Number(port), hostname);
    hold(far);
    near.pipe(far).pipe(near);
    near.on('data', (sent) => {
      if (silenced !== undefined && sent.includes(silenced)) far.unpipe(near).resume();
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const cut = () => {
    whole = false;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    cut,
    silence: (text) => {
      silenced = text;
    },
    mend: () => {
      whole = true;
      silenced = undefined;
    },
    [Symbol.asyncDispose]: async () => {
      cut();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
