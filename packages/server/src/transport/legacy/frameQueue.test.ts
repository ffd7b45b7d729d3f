import { describe, expect, test } from 'vitest';
import { StartsPerTick } from '../../async/startsPerTick.ts';
import { FrameQueue } from './frameQueue.ts';

/** A queue whose frames finish when the test calls `done`. */
function inboxUnderTest() {
  const begun: { text: string; release: () => void; done: () => void }[] = [];
  const line: string[] = [];
  const client = {
    starts: new StartsPerTick(),
    pauseReading: () => line.push('pause'),
    resumeReading: () => line.push('resume'),
  };
  const frameQueue = new FrameQueue({
    client,
    handle: (data, _isBinary, release) => {
      const { promise, resolve: done } = Promise.withResolvers<void>();
      begun.push({ text: String(data), release, done });
      return promise;
    },
  });
  const take = (text: string) => frameQueue.push(Buffer.from(text), false);
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { begun, line, take, settled };
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
});
