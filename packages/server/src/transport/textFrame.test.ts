import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { textFrame } from './textFrame.ts';

test('frames of every length, between those of ws itself, are read as they were written', async () => {
  const texts = [0, 1, 125, 126, 65_535, 65_536, 200_000].flatMap((bytes) => [
    'x'.repeat(bytes),
    'é'.repeat(bytes / 2),
  ]);
  const server = new WebSocketServer({ server: createServer().listen(0, '127.0.0.1') });
  server.on('connection', (socket, { socket: stream }) => {
    socket.send('first');
    stream.write(Buffer.concat(texts.map((text) => textFrame(text))));
    socket.send('last');
    socket.close();
  });
  await once(server, 'listening');
  const address = server.address();
  const client = new WebSocket(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  const heard: string[] = [];
  client.on('message', (data, isBinary) => heard.push(isBinary ? 'binary' : String(data)));
  const [code] = await once(client, 'close');
  server.options.server?.close();
  expect(heard).toEqual(['first', ...texts, 'last']);
  expect(code).toBe(1005);
});
