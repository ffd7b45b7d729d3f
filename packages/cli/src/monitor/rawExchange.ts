import { once } from 'node:events';
import { WebSocket } from 'ws';
import { untilAborted } from './eventLog.ts';

/** A raw WebSocket: one frame out, one answer in. */
export interface RawExchange extends Disposable {
  /** Sends a frame. Resolves to the next frame received. */
  request(frameName: string, frame: string | Uint8Array): Promise<string>;
  send(frame: string): void;
}

/** Connects. Rejects if that fails, or when the signal aborts. */
export async function openRawExchange(url: string, signal: AbortSignal): Promise<RawExchange> {
  const socket = new WebSocket(url);
  socket.on('error', () => {}); // `once` below, and the close, report it
  try {
    await once(socket, 'open', { signal });
  } catch (error) {
    socket.terminate();
    throw error;
  }
  return {
    request: (frameName, frame) =>
      untilAborted(signal, `the answer to ${frameName}`, (resolve, reject) => {
        socket.once('message', (data) => resolve(String(data)));
        socket.once('close', (code) => reject(new Error(`${frameName} closed the connection (${code})`)));
        socket.send(frame);
      }),
    send: (frame) => socket.send(frame),
    [Symbol.dispose]: () => socket.terminate(),
  };
}

/** Throws if the answer has no matching type. */
export function expectType(frameName: string, types: readonly string[], matches: (type: string) => boolean): void {
  if (!types.some(matches)) throw new Error(`${frameName} was answered with ${types.join(', ')}`);
}
