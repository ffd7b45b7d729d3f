import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../observe/logger.ts';
import { connectRedis } from './redisConnection.ts';

/** A server that answers the first command of each connection, and then nothing more. */
async function startStalling() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => socket.write('+OK\r\n'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, url: `redis://127.0.0.1:${port}` };
}

test('a connection that stalls after the first answer, before it is ready, is replaced', async () => {
  const { server, url } = await startStalling();
  const redis = connectRedis({ url, log: createLogger('silent'), name: 'test' });
  onTestFinished(() => redis.disconnect());
  const [first]: Socket[] = await once(server, 'connection');
  const [second]: Socket[] = await once(server, 'connection');
  expect(second).not.toBe(first);
});
