import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sent } from '../resources/frameSender.ts';
import { startEmbedded } from '../resources/server.ts';

// Frames that cost the server most per byte. The client runs on another thread, so the CPU time of this one is the server's.

const server = await startEmbedded({ env: { CALL_RATE: '0' } });
const client = new Worker(new URL('../resources/frameSender.ts', import.meta.url));
afterAll(async () => {
  await client.terminate();
  await server[Symbol.asyncDispose]();
});

const chars = 320_000;
const call = (id: number, input = '{"json":{}}', path = 'rooms.get') =>
  `{"id":${id},"method":"query","params":{"path":"${path}","input":${input}}}`;
const batch = (count: number, input?: string, path?: string) =>
  `[${Array.from({ length: count }, (_, id) => call(id, input, path)).join()}]`;
const repeated = (text: string, size: number) => text.repeat(Math.floor(size / text.length));
const nested = (size: number) => '['.repeat(size / 2) + ']'.repeat(size / 2);
const fields = (count: number, value: string) => Array.from({ length: count }, (_, n) => `"k${n}":${value}`).join();

const repeats = 7;
let longest = 0;
let last = process.threadCpuUsage();
let samples: NodeJS.Timeout;
beforeAll(() => {
  samples = setInterval(() => {
    const now = process.threadCpuUsage();
    longest = Math.max(longest, now.user + now.system - last.user - last.system);
    last = now;
  }, 1);
});
afterAll(() => clearInterval(samples));

/** Sends the frames several times. Resolves to the last answers, and the lowest CPU time (ms) of the longest tick. */
async function cost(path: string, frames: readonly string[], answers: number): Promise<Sent & { ms: number }> {
  const url = server.a.url.replace(/^http/, 'ws') + path;
  const costs: number[] = [];
  let sent: Sent = { answers: [], closed: undefined };
  for (let n = 0; n < repeats; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5)); // the thread is idle at the start
    longest = 0;
    client.postMessage({ url, frames, answers });
    [sent] = await once(client, 'message');
    costs.push(longest / 1_000);
  }
  return { ...sent, ms: Math.min(...costs) };
}

const annotated = (size: number) =>
  `{"json":{${fields(16, '1')}},"meta":{"values":{${fields(16, '["Date"]')}}},"x":"${'x'.repeat(Math.max(0, size - 500))}"}`;

describe('no frame holds the event loop for ten milliseconds', () => {
  test.each<[string, string[], number]>([
    ['500 calls', [batch(500)], 500],
    ['200 calls with as many annotations as are read', [batch(200, annotated(1_500))], 200],
    [
      '20 calls with long lists',
      [batch(20, `{"json":{"messageIds":[${repeated('1,', 1_500)}1]}}`, 'messages.ownReactions')],
      20,
    ],
    ['1,000 calls in frames of their own', Array.from({ length: 1_000 }, (_, id) => call(id)), 1_000],
    ['3,000 frames that are not JSON', Array.from({ length: 3_000 }, () => '{'), 3_000],
    ['500 calls more than a frame may have', [batch(1_000)], 1_000],
  ])('%s: all are answered', async (_name, frames, answers) => {
    const sent = await cost('/trpc', frames, answers);
    expect(sent).toMatchObject({ closed: undefined, ms: expect.any(Number) });
    expect(sent.answers).toHaveLength(answers);
    expect(sent.ms).toBeLessThan(10);
  });

  test('answers of one frame arrive in the order of its calls', async () => {
    const { answers } = await cost('/trpc', [batch(200), call(200), batch(300).replaceAll('"id":', '"id":1')], 501);
    expect(answers.slice(0, 201).map((text) => JSON.parse(text).id)).toEqual(
      Array.from({ length: 201 }, (_, id) => id),
    );
  });

  test.each<[string, string]>([
    ['nested lists', call(1, `{"json":${nested(chars - 100)}}`)],
    ['nested annotations', call(1, `{"json":1,"meta":{"values":${nested(chars - 100)}}}`)],
    ['many annotations', call(1, `{"json":{"a":1},"meta":{"values":{${fields(chars / 26, '["undefined"]')}}}}`)],
    ['many fields', call(1, `{"json":{${fields(chars / 12, '1')}}}`, 'rooms.join')],
    [
      'objects that all differ',
      call(1, `{"json":[${Array.from({ length: chars / 14 }, (_, n) => `{"k${n}":1}`).join()}]}`),
    ],
    ['many elements', `[${repeated('0,', chars - 10)}0]`],
  ])('%s: closed with 1009', async (_name, frame) => {
    const sent = await cost('/trpc', [frame], 1);
    expect(sent.closed).toBe(1009);
    expect(sent.ms).toBeLessThan(10);
  });

  test.each<[string, string]>([
    ['nothing that they need', '{}'],
    ['a type that there is not', '{"type":"x"}'],
  ])('1,000 frames of a legacy client with %s', async (_name, frame) => {
    const sent = await cost(
      '/ws/1.0000_2.0000',
      Array.from({ length: 1_000 }, () => frame),
      1_000,
    );
    expect(sent.answers).toHaveLength(1_000);
    expect(sent.ms).toBeLessThan(10);
  });
});

describe('over HTTP', () => {
  const post = (path: string, body: BodyInit, type: string) =>
    fetch(`${server.a.url}${path}`, { method: 'POST', body, headers: { 'content-type': type } });

  test.each(['/trpc/rooms.join', '/api/join'])(
    'input that is slow to parse is rejected with an error code at %s',
    async (path) => {
      for (const body of [nested(chars), `{${fields(chars / 12, '1')}}`]) {
        const answer = await post(path, body, 'application/json');
        expect([answer.status, await answer.json()]).toEqual([
          413,
          expect.objectContaining({ code: 'FRAME_TOO_LARGE' }),
        ]);
      }
    },
  );

  test('a form is not read, regardless of its length', async () => {
    let sent = 0;
    const chunk = new Uint8Array(64 * 1024);
    const body = new ReadableStream({
      pull: (controller) => {
        sent += chunk.length;
        if (sent > 50_000_000) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const answer = await fetch(`${server.a.url}/trpc/auth.guest`, {
      method: 'POST',
      body,
      headers,
      duplex: 'half',
    } as RequestInit);
    expect([answer.status, (await answer.json()).code]).toEqual([400, 'INVALID_INPUT']);
    expect(sent).toBeLessThan(30_000_000);
  });
});
