import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { socketOptions } from './socketOptions.ts';
import { compressedFrame, compression, textFrame } from './textFrame.ts';

test.each([
  { name: 'plain', makeFrame: textFrame },
  { name: 'compressed', makeFrame: compressedFrame },
])('$name frames of every length, between those of ws itself, arrive unchanged', async ({ makeFrame }) => {
  const { perMessageDeflate = false } = socketOptions({ frameBytes: 65_536, compression: makeFrame !== textFrame });
  const texts = [0, 1, 125, 126, 1_023, 1_024, 65_535, 65_536, 200_000].flatMap((bytes) => [
    'x'.repeat(bytes),
    'é'.repeat(bytes / 2),
  ]);
  const server = new WebSocketServer({ server: createServer().listen(0, '127.0.0.1'), perMessageDeflate });
  server.on('connection', (socket, { socket: stream }) => {
    socket.send('first');
    stream.write(Buffer.concat(texts.map((text) => makeFrame(text))));
    socket.send('last');
    socket.close();
  });
  await once(server, 'listening');
  const address = server.address();
  const client = new WebSocket(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  const received: string[] = [];
  client.on('message', (data, isBinary) => received.push(isBinary ? 'binary' : String(data)));
  const [code] = await once(client, 'close');
  server.options.server?.close();
  expect(received).toEqual(['first', ...texts, 'last']);
  expect(code).toBe(1005);
});

test('a frame is compressed only if that saves bytes and takes a few milliseconds at most', () => {
  const [least, most] = [compression.minBytes, compression.maxBytes].map((bytes) => 'x'.repeat(bytes));
  expect(compressedFrame(`${least}`).length).toBeLessThan(100);
  expect(compressedFrame(`${most}`).length).toBeLessThan(1_000);
  expect(compressedFrame(`${least?.slice(1)}`)).toEqual(textFrame(`${least?.slice(1)}`));
  expect(compressedFrame(`${most}x`)).toEqual(textFrame(`${most}x`));
});
