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
  /** Like `silence`, but `mend` delivers the answers. */
  hold(text: string): void;
  mend(): void;
}

export async function openFlakyProxy(serverUrl: string): Promise<FlakyProxy> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let whole = true;
  let silenced: string | undefined;
  let held: string | undefined;
  const releases: (() => void)[] = [];
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  };
  const proxy = createServer((near) => {
    keep(near);
    if (!whole) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(Number(port), hostname);
    keep(far);
    near.pipe(far).pipe(near);
    near.on('data', (sent) => {
      if (silenced !== undefined && sent.includes(silenced)) far.unpipe(near).resume();
      if (held === undefined || !sent.includes(held) || far.isPaused()) return;
      far.unpipe(near).pause();
      releases.push(() => void far.pipe(near));
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
    hold: (text) => {
      held = text;
    },
    mend: () => {
      whole = true;
      silenced = undefined;
      held = undefined;
      for (const release of releases.splice(0)) release();
    },
    [Symbol.asyncDispose]: async () => {
      cut();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
