import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { ResponseTransport } from './responseTransport.ts';

/** A response of a real server, and the client that reads it only once it resumes. */
async function exchange() {
  await using stack = new AsyncDisposableStack();
  const server = createServer().listen(0, '127.0.0.1');
  stack.defer(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const call = request({ port, host: '127.0.0.1' });
  call.on('error', () => {}); // a test ends the connection
  stack.defer(() => void call.destroy());
  call.end();
  const [, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  response.flushHeaders();
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  answer.on('error', () => {});
  const owned = stack.move();
  return { response, answer, call, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Writes more than the kernel takes for a client who does not read. */
function fill(response: ServerResponse): void {
  while (response.writableLength < 8 * 1_024 * 1_024) response.write(Buffer.alloc(64 * 1_024, 'x'));
}

/** The state of a promise after pending work that could settle it has run. */
async function isSettled(promise: Promise<void> | undefined): Promise<boolean> {
  let settled = false;
  void promise?.then(() => {
    settled = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

test('a call does not wait while the client reads', async () => {
  await using open = await exchange();
  const transport = new ResponseTransport(open.response);
  expect(transport.writable()).toBeUndefined();
  open.response.write('a little');
  expect(transport.writable()).toBeUndefined();
});

test('all calls share one wait for a slow reader, and continue together when it has read', async () => {
  await using open = await exchange();
  const { response, answer } = open;
  const transport = new ResponseTransport(response);
  const listeners = () => response.listenerCount('drain') + response.listenerCount('close');
  const before = listeners();
  fill(response);
  const waits = Array.from({ length: 1_000 }, () => transport.writable());
  expect(new Set(waits).size).toBe(1);
  expect(listeners()).toBe(before + 2);
  expect(await isSettled(waits[0])).toBe(false);
  answer.resume();
  await Promise.all(waits);
  expect(listeners()).toBe(before);
  expect(transport.writable()).toBeUndefined();
});

test('calls wait again for a reader that is slow again', async () => {
  await using open = await exchange();
  const { response, answer } = open;
  const transport = new ResponseTransport(response);
  fill(response);
  const first = transport.writable();
  answer.resume();
  await first;
  answer.pause();
  fill(response);
  const second = transport.writable();
  expect(second).not.toBe(first);
  expect(await isSettled(second)).toBe(false);
  answer.resume();
  await second;
});

test('calls do not wait for a reader whose connection is closed', async () => {
  await using open = await exchange();
  const { response, call } = open;
  const transport = new ResponseTransport(response);
  fill(response);
  const waits = [transport.writable(), transport.writable()];
  call.destroy();
  await Promise.all(waits);
  expect(transport.writable()).toBeUndefined();
  expect(transport.isBroken).toBe(true);
});
