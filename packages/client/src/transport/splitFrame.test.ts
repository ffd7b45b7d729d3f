import { limits } from '@earshot/shared';
import { expect, test } from 'vitest';
import { splitFrame } from './splitFrame.ts';

const message = (id: number, chars: number) => ({ id, method: 'mutation', params: { input: '😀'.repeat(chars) } });

test('messages of one tick are split into frames that every server accepts, complete and in order', () => {
  const messages = Array.from({ length: 40 }, (_, id) => message(id, 2_000));
  const frames = splitFrame(JSON.stringify(messages)).map(String);
  expect(frames.length).toBeGreaterThan(1);
  expect(Math.max(...frames.map((frame) => Buffer.byteLength(frame)))).toBeLessThanOrEqual(limits.frameBytes);
  expect(frames.flatMap((frame) => JSON.parse(frame))).toEqual(messages);
});

test('short frames, single messages and bytes are unchanged', () => {
  const whole = [
    JSON.stringify([message(1, 10), message(2, 10)]),
    JSON.stringify(message(1, 50_000)),
    new ArrayBuffer(1),
  ];
  for (const data of whole) expect(splitFrame(data)).toEqual([data]);
});
