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
/** The ring, the store's cache and the server's garbage: all that is not for one reader. */
const processBytes = 128 * MiB;
/** Latencies up to this are the machine's affair. */
const noiseMs = 50;

describe('200 readers that stop reading while much is said', () => {
  test('take no more memory than their bounds together, though none shares its frames with another', async () => {
    const { grown } = await talkToSleepers((n) => `slow ${n}`);
    expect(grown).toBeLessThan(slowCount * (MiB + contentChars) + processBytes);
  });

  test('delay nobody else', async () => {
    const { usual, meanwhile } = await talkToSleepers(() => 'slow'); // under one id, as clients that count alike
    expect(meanwhile).toBeLessThan(Math.max(usual * 1.5, noiseMs));
  });
});

/**
 * Lets some readers sleep and wakes them again, each of which must then get every change once and in order. Tells by how
 * many bytes the server grew meanwhile, and the 99th percentile of the others' latencies before and meanwhile.
 */
async function talkToSleepers(requestId: (n: number) => string) {
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
  const carried = (count: number) => eventually(async () => (await metric('carried_watchers')) === count, 30_000);
  await carried(quickCount + slowCount);

  const begun = await sendSteadily(ada, { roomId, count: 200 });
  await eventually(() => [...quick, ...slow].every(({ last }) => last === begun), 30_000);
  const usual = p99(quick);
  const bytes = await metric('process_resident_memory_bytes');
  for (const reader of slow) reader.ws.pause();
  const end = await sendSteadily(ada, { roomId, count: 600 });
  await eventually(() => quick.every(({ last }) => last === end), 30_000);
  await carried(quickCount); // it did come to their bounds
  const grown = (await metric('process_resident_memory_bytes')) - bytes;
  const meanwhile = p99(quick);

  for (const reader of slow) reader.ws.resume();
  await eventually(() => slow.every(({ last }) => last === end), 60_000);
  expect(new Set(slow.map(({ count, disorder }) => `${count} told, ${disorder} out of order`))).toEqual(
    new Set([`${end} told, 0 out of order`]),
  );
  await carried(quickCount + slowCount);
  return { grown, usual, meanwhile };
}

/** Sends so many messages at an even pace. Gives the number of the last. */
async function sendSteadily({ api }: StockClient, { roomId, count }: { roomId: string; count: number }) {
  const sends: Promise<{ seq: number }>[] = [];
  for (let n = 0; n < count; n += 1) {
    const content = `sent at ${Date.now()} `.padEnd(contentChars, 'x');
    sends.push(api.messages.send.mutate({ roomId, content }));
    await delay(everyMs);
  }
  return Math.max(...(await Promise.all(sends)).map(({ seq }) => seq));
}

/** Looks at the end of each frame alone: there are gigabytes of them. */
class Reader implements AsyncDisposable {
  readonly ws: WebSocket;
  /** Number of the last change told. */
  last = 0;
  count = 0;
  /** Changes that were not the next one. */
  disorder = 0;
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
    if (seq !== this.last + 1) this.disorder += 1;
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
