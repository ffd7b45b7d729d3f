import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type RawData, WebSocket } from 'ws';
import { eventually } from '../resources/collect.ts';
import { dataFolder } from '../resources/dataFolder.ts';
import { somewhere } from '../resources/places.ts';
import { startProcess } from '../resources/process.ts';
import { type StockClient, stockClient } from '../resources/stockClient.ts';

const MiB = 1024 * 1024;
const slowCount = 200;
const quickCount = 10;
const contentChars = 12_000;
const everyMs = 20;
/** Memory that all readers share: the ring, the store's cache, code that is loaded and compiled meanwhile, and the server's garbage. */
const processBytes = 224 * MiB;
/** Latencies up to this are noise of the machine. */
const noiseMs = 50;

describe('200 clients that stop reading during a burst of messages', () => {
  test('take no more memory than the sum of their limits, even with frames of their own', async () => {
    const { grown } = await pauseReaders((n) => `slow ${n}`);
    expect(grown).toBeLessThan(slowCount * (MiB + contentChars) + processBytes);
  });

  test('delay no other client', async () => {
    const { p99Before, p99During } = await pauseReaders(() => 'slow'); // with one request id, so that they share frames
    expect(p99During).toBeLessThan(Math.max(p99Before * 1.5, noiseMs));
  });
});

/**
 * Pauses some readers and resumes them. Each must then receive every change once and in order. Resolves to the bytes by which the
 * server grew meanwhile, and the 99th percentile of the others' latencies before and during the pause.
 */
async function pauseReaders(requestId: (n: number) => string) {
  await using data = await dataFolder();
  const env = { DATA_DIR: data.path, SEND_RATE: '0', SOCKETS_PER_ADDRESS: '0', MESSAGE_MAX_CHARS: '20000' };
  await using earshot = await startProcess(env);
  using ada = stockClient(earshot.url, { username: 'Ada' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  const roomId = room.id;
  await using readers = new AsyncDisposableStack();
  const open = (count: number, id: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => readers.use(new Reader(earshot.url, { id: id(n), roomId })));
  const quick = open(quickCount, () => 'quick');
  const slow = open(slowCount, requestId);
  const metric = async (name: string) => {
    const text = await (await fetch(`${earshot.url}/metrics`)).text();
    return Number(new RegExp(`^earshot_${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };
  const untilShared = (count: number) => eventually(async () => (await metric('shared_watchers')) === count, 30_000);
  await untilShared(quickCount + slowCount);

  const lastBefore = await sendSteadily(ada, { roomId, count: 200 });
  await eventually(() => [...quick, ...slow].every(({ last }) => last === lastBefore), 30_000);
  const p99Before = p99(quick);
  const bytes = await metric('process_resident_memory_bytes');
  for (const reader of slow) reader.ws.pause();
  const end = await sendSteadily(ada, { roomId, count: 600 });
  await eventually(() => quick.every(({ last }) => last === end), 30_000);
  await untilShared(quickCount); // their limits were reached
  const grown = (await metric('process_resident_memory_bytes')) - bytes;
  const p99During = p99(quick);

  for (const reader of slow) reader.ws.resume();
  await eventually(() => slow.every(({ last }) => last === end), 60_000);
  expect(new Set(slow.map(({ count, outOfOrder }) => `${count} received, ${outOfOrder} out of order`))).toEqual(
    new Set([`${end} received, 0 out of order`]),
  );
  await untilShared(quickCount + slowCount);
  return { grown, p99Before, p99During };
}

/** Sends `count` messages at an even pace. Resolves to the last one's number. */
async function sendSteadily({ api }: StockClient, { roomId, count }: { roomId: string; count: number }) {
  const sends: Promise<{ seq: number }>[] = [];
  for (let n = 0; n < count; n += 1) {
    const content = `sent at ${Date.now()} `.padEnd(contentChars, 'x');
    sends.push(api.messages.send.mutate({ roomId, content }));
    await delay(everyMs);
  }
  return Math.max(...(await Promise.all(sends)).map(({ seq }) => seq));
}

/** Parses only the end of each frame: there are gigabytes of them. */
class Reader implements AsyncDisposable {
  readonly ws: WebSocket;
  /** Number of the last change received. */
  last = 0;
  count = 0;
  /** Changes that arrived out of order. */
  outOfOrder = 0;
  /** Milliseconds. */
  latencies: number[] = [];

  static #opened = 0;

  constructor(url: string, { id, roomId }: { id: string; roomId: string }) {
    this.ws = new WebSocket(`${url.replace(/^http/, 'ws')}/trpc?connectionParams=1`, { skipUTF8Validation: true });
    const userId = `reader-${Reader.#opened++}`;
    const call = (call: object) => this.ws.send(JSON.stringify(call));
    this.ws.on('open', () => {
      call({ method: 'connectionParams', data: { username: 'Wanda', userId } });
      call({ id: 'join', method: 'mutation', params: { path: 'rooms.join', input: { json: { roomId } } } });
    });
    this.ws.once('message', () =>
      call({ id, method: 'subscription', params: { path: 'rooms.watch', input: { json: { roomId, history: 0 } } } }),
    );
    this.ws.on('message', (data) => this.#take(data));
  }

  #take(bytes: RawData): void {
    if (!Buffer.isBuffer(bytes)) return;
    const from = bytes.indexOf('sent at ');
    if (from === -1) return;
    const seq = Number(/"(\d+)-\w+"\}\}$/.exec(bytes.subarray(-32).toString())?.[1]);
    if (seq !== this.last + 1) this.outOfOrder += 1;
    this.last = seq;
    this.count += 1;
    this.latencies.push(Date.now() - Number(bytes.subarray(from + 8, from + 21).toString()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.ws, 'close');
    this.ws.terminate();
    await closed;
  }
}

function p99(readers: readonly Reader[]): number {
  const sorted = readers.flatMap(({ latencies }) => latencies).toSorted((a, b) => a - b);
  for (const reader of readers) reader.latencies = [];
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.POSITIVE_INFINITY;
}
