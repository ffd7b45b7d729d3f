import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { type Collected, collect } from './collect.ts';

export interface RawSocket extends Disposable {
  readonly ws: WebSocket;
  /** Frames received, parsed where they are JSON. */
  readonly frames: Collected<unknown>;
  send(frame: unknown): void;
  /** Bytes received over the TCP connection so far. */
  bytesRead(): number;
  /** Resolves with the close code and reason. */
  readonly closed: Promise<{ code: number; reason: string }>;
}

interface OpenOptions {
  path?: string;
  identity?: Record<string, string>;
  headers?: Record<string, string>;
  /** Whether it offers permessage-deflate, as browsers do. */
  compression?: boolean;
}

/** A WebSocket without a client library on top: sends any bytes, records every frame. Rejects if the upgrade is refused. */
export async function openRaw(
  url: string,
  { path = '/trpc', identity, headers = {}, compression = true }: OpenOptions = {},
): Promise<RawSocket> {
  const query = identity === undefined ? '' : '?connectionParams=1';
  const ws = new WebSocket(`${url.replace(/^http/, 'ws')}${path}${query}`, {
    headers,
    perMessageDeflate: compression,
  });
  let line: Socket | undefined;
  ws.once('upgrade', (response) => {
    line = response.socket;
  });
  const frames = collect<unknown>();
  ws.on('message', (data) => frames.push(parse(String(data))));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
      frames.end();
    });
  });
  await once(ws, 'open');
  ws.on('error', () => {}); // the close event has the result
  const send = (frame: unknown) => ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  if (identity !== undefined) send({ method: 'connectionParams', data: identity });
  return { ws, frames, send, bytesRead: () => line?.bytesRead ?? 0, closed, [Symbol.dispose]: () => ws.terminate() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The HTTP status and body that refuse an upgrade. */
export async function refusedUpgrade(
  url: string,
  { path = '/trpc', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: unknown; headers: IncomingHttpHeaders }> {
  const ws = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, { headers });
  return new Promise((resolve, reject) => {
    ws.on('error', () => {}); // reported through the response
    ws.on('open', () => {
      ws.terminate();
      reject(new Error('the upgrade was not refused'));
    });
    ws.on('unexpected-response', async (_request, response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, body: parse(text), headers: response.headers });
    });
  });
}
