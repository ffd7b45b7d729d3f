import { describe, expect, test } from 'vitest';
import { FrameQueue } from './frameQueue.ts';

/** A queue whose frames finish when the test calls `done`. */
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

describe('FrameQueue', () => {
  test('a frame waits until the one before is done or has called release', async () => {
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

  test('reading pauses while too many frames are pending', async () => {
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

  test('a stopping server does not resume reading', async () => {
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
