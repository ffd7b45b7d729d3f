import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { PipelinedRequests } from './pipelinedRequests.ts';

const immediate = () => new Promise((resolve) => setImmediate(resolve));
const response = () => new EventEmitter();

test('the requests of one connection begin in order, each after the previous answer is sent', async () => {
  const pipelined = new PipelinedRequests();
  const socket = new Socket();
  const begun: number[] = [];
  const responses = Array.from({ length: 5 }, response);
  for (const [n, one] of responses.entries()) void pipelined.wait(socket, one).then(() => begun.push(n));
  for (const [n, one] of responses.entries()) {
    await immediate();
    expect(begun).toEqual(Array.from({ length: n + 1 }, (_, i) => i));
    one.emit('close');
  }
});

test('connections do not wait for each other', async () => {
  const pipelined = new PipelinedRequests();
  await pipelined.wait(new Socket(), response());
  await pipelined.wait(new Socket(), response());
});

test('a request beyond the queue’s limit is rejected, and the queued ones are served', async () => {
  const pipelined = new PipelinedRequests();
  const socket = new Socket();
  const first = response();
  await pipelined.wait(socket, first);
  const second = response();
  const waiting = pipelined.wait(socket, second);
  for (let n = 1; n < 32; n += 1) void pipelined.wait(socket, response());
  await expect(pipelined.wait(socket, response())).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  first.emit('close');
  await waiting;
});
