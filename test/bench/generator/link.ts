import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { clientFrame, opcode } from './frame.ts';
import { FrameReader, type FrameSink } from './frameReader.ts';
import type { Caller, Protocol } from './protocols/protocol.ts';

/** The read buffer of all sockets of this process. Each read is handled before the next one begins. */
const shared = Buffer.allocUnsafeSlow(256 * 1024);

/** Receives the frames that answer no call. */
export interface FrameListener {
  /** Called for a skipped frame, with its length in bytes. */
  onSkipped(length: number): void;
  /** Called for a frame that was read. The payload is valid during the call only. */
  onFrame(payload: Buffer): void;
  /** Called when the server or the network closes the connection. */
  onEnd(reason: string): void;
}

interface Call {
  resolve(payload: Buffer): void;
  reject(error: Error): void;
}

/** The client's end of a WebSocket, on a plain TCP socket. */
export class Link implements Caller, FrameSink {
  readonly #protocol: Protocol;
  readonly #listener: FrameListener;
  readonly #socket: Socket;
  readonly #reader = new FrameReader(this);
  readonly #calls = new Map<number, Call>();
  #lastId = 0;
  /** Bytes received before the end of the upgrade's response; null after that. */
  #response: Buffer | null = Buffer.alloc(0);
  #upgraded = Promise.withResolvers<void>();
  #closed = false;

  constructor(url: string, protocol: Protocol, listener: FrameListener) {
    this.#protocol = protocol;
    this.#listener = listener;
    const { hostname, port } = new URL(url);
    this.#socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: { buffer: shared, callback: (size) => this.#read(size) },
    });
    this.#socket.on('error', (error) => this.#end(error.message));
    this.#socket.on('close', () => this.#end('the connection ended'));
  }

  /** Connects and identifies the user. */
  static async open(
    url: string,
    protocol: Protocol,
    options: { name: string; listener: FrameListener },
  ): Promise<Link> {
    const link = new Link(url, protocol, options.listener);
    link.#upgraded.promise.catch(() => {}); // awaited below, unless connecting itself fails
    await Promise.race([once(link.#socket, 'connect'), link.#upgraded.promise]);
    link.#socket.write(upgradeRequest(new URL(url).host, protocol.path));
    await link.#upgraded.promise;
    await protocol.greet(link, options.name);
    return link;
  }

  /** From now on frames are counted, not read. Not for links with pending calls, because answers have to be read. */
  countOnly(): void {
    this.#reader.readsText = false;
  }

  /** Sends the frame that `frame` creates for a new id. Resolves with a copy of the payload that answers it. */
  call(frame: (id: number) => string): Promise<Buffer> {
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    this.#calls.set(id, { resolve, reject });
    this.send(frame(id));
    return promise;
  }

  send(text: string): void {
    this.#socket.write(clientFrame(opcode.text, Buffer.from(text)));
  }

  /** Closes the connection at once, so that no port remains in TIME_WAIT. */
  close(): void {
    this.#closed = true;
    this.#socket.resetAndDestroy();
  }

  passed(length: number): void {
    this.#listener.onSkipped(length);
  }

  taken(kind: number, payload: Buffer): void {
    if (kind === opcode.text) this.#take(payload);
    else if (kind === opcode.ping) this.#socket.write(clientFrame(opcode.pong, payload));
    else if (kind === opcode.close) this.#end(`the server closed it with ${closeWords(payload)}`);
  }

  #take(payload: Buffer): void {
    const beat = payload.length <= 4 ? this.#protocol.beats.get(payload.toString('latin1')) : undefined;
    if (beat !== undefined) this.send(beat);
    else if (!this.#settle(payload)) this.#listener.onFrame(payload);
  }

  /** Settles the call that the frame answers. Returns whether there is one. */
  #settle(payload: Buffer): boolean {
    const answer = this.#calls.size === 0 ? null : this.#protocol.answer(payload.toString('latin1', 0, 64));
    const call = answer === null ? undefined : this.#calls.get(answer.id);
    if (answer === null || call === undefined) return false;
    this.#calls.delete(answer.id);
    if (answer.ok) call.resolve(Buffer.from(payload));
    else call.reject(new Error(`refused: ${payload.toString('utf8', 0, 300)}`));
    return true;
  }

  #read(size: number): boolean {
    if (this.#response === null) this.#reader.read(shared, size);
    else this.#readResponse(Buffer.concat([this.#response, shared.subarray(0, size)]));
    return true;
  }

  #readResponse(response: Buffer): void {
    const end = response.indexOf('\r\n\r\n');
    this.#response = response;
    if (end < 0) return;
    this.#response = null;
    if (!/^HTTP\/1\.1 101 /.test(response.toString('latin1', 0, 20))) {
      this.#end(`the upgrade was refused: ${response.toString('latin1', 0, 200)}`);
      return;
    }
    this.#upgraded.resolve();
    const first = response.subarray(end + 4);
    this.#reader.read(first, first.length);
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    const error = new Error(reason);
    this.#upgraded.reject(error);
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
    this.#listener.onEnd(reason);
  }
}

function upgradeRequest(host: string, path: string): string {
  const headers = [
    ...[`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: Upgrade', 'Upgrade: websocket'],
    ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
  ];
  return `${headers.join('\r\n')}\r\n\r\n`;
}

function closeWords(payload: Buffer): string {
  return payload.length < 2 ? 'no code' : `${payload.readUInt16BE(0)} ${payload.toString('utf8', 2)}`.trim();
}
