import { describe, expect, test } from 'vitest';
import { FrameQueue } from './frameQueue.ts';

/** Frames that are answered when the test says so. */
function inboxUnderTest() {
  const begun: { text: string; release: () => void; done: () => void }[] = [];
  const line: string[] = [];
  const socket = { pause: () => line.push('pause'), resume: () => line.push('resume') };
  const server = { stops: false };
  const frameQueue = new FrameQueue({
    socket,
    isStopping: () => server.stops,
    handle: (data, _isBinary, release) => {
      const { promise, resolve: done } = Promise.withResolvers<void>();
      begun.push({ text: String(data), release, done });
      return promise;
    },
  });
  const take = (text: string) => frameQueue.push(Buffer.from(text), false);
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { begun, line, server, take, settled };
}

describe('Inbox', () => {
  test('a frame waits for the one before, unless that lets it go on', async () => {
    const { begun, take, settled } = inboxUnderTest();
    for (const text of ['a', 'b', 'c']) take(text);
    await settled();
    expect(begun.map(({ text }) => text)).toEqual(['a']);
    begun[0]?.release();
    await settled();
    expect(begun.map(({ text }) => text)).toEqual(['a', 'b']);
    begun[1]?.done();
    await settled();
    expect(begun.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  });

  test('reads no more while too many are under way', async () => {
    const { begun, line, take, settled } = inboxUnderTest();
    for (let i = 0; i < 70; i += 1) take(String(i));
    expect(line).toEqual(['pause']);
    for (let i = 0; i < 70; i += 1) {
      await settled();
      begun[i]?.done();
    }
    await settled();
    expect(line).toEqual(['pause', 'resume']);
  });

  test('a server that stops reads no more, however many are done', async () => {
    const { begun, line, server, take, settled } = inboxUnderTest();
    for (let i = 0; i < 64; i += 1) take(String(i));
    server.stops = true;
    for (let i = 0; i < 64; i += 1) {
      await settled();
      begun[i]?.done();
    }
    await settled();
    expect(begun).toHaveLength(64);
    expect(line).toEqual(['pause']);
  });
});
