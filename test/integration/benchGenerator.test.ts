import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChatUser } from '../bench/generator/chatUser.ts';
import { Deliveries } from '../bench/generator/deliveries.ts';
import { FrameReader } from '../bench/generator/frameReader.ts';
import { contentWith, messageBytes, stampedContent, uniqueStamp } from '../bench/generator/stamp.ts';

// A benchmark must count correctly: lost and repeated messages must be detected.

interface Frame {
  opcode: number;
  payload: Buffer;
}

/** A frame as servers write it: unmasked, with the shortest of the three forms of the length. */
function serverFrame({ opcode, payload: { length }, payload }: Frame): Buffer {
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const header = Buffer.alloc(2 + extended);
  header.writeUInt8(0x80 | opcode, 0);
  header.writeUInt8(extended === 0 ? length : extended === 2 ? 126 : 127, 1);
  if (extended === 2) header.writeUInt16BE(length, 2);
  if (extended === 8) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

const length = fc.oneof(fc.nat(140), fc.nat(2_000), fc.constantFrom(125, 126, 65_535, 65_536, 70_000));
const frame = fc
  .record({ opcode: fc.constantFrom(1, 1, 1, 9), length })
  .map(({ opcode, length: size }): Frame => ({ opcode, payload: Buffer.alloc(size, 'x') }));

describe('the frame reader', () => {
  test.each([true, false])('finds every frame, regardless of chunk boundaries (reads text: %s)', (readsText) => {
    const cuts = fc.infiniteStream(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 50_000 })));
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), cuts, (frames, sizes) => {
        const seen: number[] = [];
        const reader = new FrameReader({
          passed: (size) => seen.push(size),
          taken: (_, payload) => {
            expect(payload.every((byte) => byte === 'x'.charCodeAt(0))).toBe(true);
            seen.push(payload.length);
          },
        });
        reader.readsText = readsText;
        const stream = Buffer.concat(frames.map(serverFrame));
        const buffer = Buffer.alloc(50_000);
        for (let at = 0; at < stream.length; ) {
          const size = stream.copy(buffer, 0, at, at + sizes.next().value);
          reader.read(buffer, size);
          buffer.fill(0xff); // it must keep no reference to a lent buffer
          at += size;
        }
        expect(seen).toEqual(frames.map(({ payload }) => payload.length));
      }),
    );
  });
});

describe('the delivery counter', () => {
  const message = messageBytes + 100;

  test('reaches its goal with the last delivery', async () => {
    const deliveries = new Deliveries();
    const all = deliveries.until(3, 1_000);
    deliveries.onSkipped(message);
    deliveries.onSkipped(30); // for example a count of present users
    deliveries.onSkipped(210); // a join
    deliveries.onFrame(Buffer.from(`{"content":"${stampedContent()}"}`.padEnd(messageBytes)));
    deliveries.onSkipped(message);
    const { latencies } = await all;
    expect(latencies).toHaveLength(1);
    expect(latencies[0]).toBeGreaterThanOrEqual(0);
  });

  test('fails after a lost delivery', async () => {
    const deliveries = new Deliveries();
    deliveries.onSkipped(message);
    deliveries.onSkipped(message);
    await expect(deliveries.until(3, 10)).rejects.toThrow('only 2 of 3 deliveries came');
  });

  test('fails after a repeated delivery', async () => {
    const deliveries = new Deliveries();
    for (let n = 0; n < 4; n++) deliveries.onSkipped(message);
    await expect(deliveries.until(3, 1_000)).rejects.toThrow('4 deliveries came where 3 were due');
  });

  test('fails when a watcher’s connection ends', async () => {
    const deliveries = new Deliveries();
    const all = deliveries.until(1, 1_000);
    deliveries.onEnd('the server closed it with 4408');
    await expect(all).rejects.toThrow('a watcher was lost: the server closed it with 4408');
  });
});

describe('a user of a chat', () => {
  const event = (stamp: number) => Buffer.from(`{"content":"${contentWith(stamp)}"}`.padEnd(messageBytes));

  test('separates own messages from those of others, and a repeated own message counts as received twice', () => {
    const arrivals = { own: [], others: [] };
    const user = new ChatUser(new Deliveries(), arrivals);
    const [own, other] = [uniqueStamp(), uniqueStamp()];
    user.sends(own);
    for (const stamp of [other, own, own]) user.onFrame(event(stamp));
    user.onFrame(Buffer.from('{"type":"presence.count"}'));
    expect(arrivals.own).toHaveLength(1);
    expect(arrivals.others).toHaveLength(2);
    expect(user.received).toBe(3);
  });

  test('no two stamps are equal', () => {
    const stamps = Array.from({ length: 10_000 }, uniqueStamp);
    expect(new Set(stamps).size).toBe(stamps.length);
  });
});
