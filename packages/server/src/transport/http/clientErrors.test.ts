import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { respondToClientError } from './clientErrors.ts';

test('a request that does not arrive in time is answered with 408', async () => {
  const server = createServer({ requestTimeout: 30, headersTimeout: 30, connectionsCheckingInterval: 10 });
  server.on('clientError', respondToClientError).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\n');
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect(answer).toMatch(/\r\n\r\n{"error":".+","code":"REQUEST_TIMEOUT"}$/s);
  expect(answer).toContain('Access-Control-Allow-Origin: *');
  server.close();
});

test('a client that reads nothing is terminated', async () => {
  const server = createServer().on('clientError', respondToClientError).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.write('rubbish\r\n\r\n');
  await once(socket, 'readable');
  server.close();
  await once(server, 'close'); // the client has not closed its end
  socket.destroy();
});
