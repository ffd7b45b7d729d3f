import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';

/** The TCP socket of a WebSocket after the upgrade, for bytes that no WebSocket library would send. */
export async function openBareSocket(url: string, path: string): Promise<Socket> {
  const upgrade = request(`${url}${path}`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.from('sixteen bytes ok').toString('base64'),
    },
  });
  upgrade.end();
  const [, socket]: [unknown, Socket] = (await once(upgrade, 'upgrade')) as [unknown, Socket];
  socket.on('error', () => {});
  socket.resume();
  return socket;
}

const opcodes = { text: 1, binary: 2, ping: 9 };

/** A masked text frame (RFC 6455, 5.2) of up to 65,535 bytes, masked with zeros. */
export const textFrame = (text: string): Buffer => frame('text', text);

/** A frame of any kind. Pings carry up to 125 bytes. */
export function frame(kind: keyof typeof opcodes, text: string): Buffer {
  const payload = Buffer.from(text);
  const short = payload.length < 126;
  const length = short ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([0x80 | opcodes[kind], ...length, 0, 0, 0, 0]), payload]);
}
