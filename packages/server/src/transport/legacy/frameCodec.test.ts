import { dateFromExtendedJson, type Message, newId } from '@earshot/shared';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeedEvent } from '../../feed/envelope.ts';
import { textFrame } from '../sockets/textFrame.ts';
import { createFrameCodec } from './frameCodec.ts';
import { SharedFrames } from './sharedFrames.ts';

const now = new Date('2026-01-02T03:04:05.678Z');
const iso = createFrameCodec({ dates: 'iso', marksGuests: true }, () => now);
const extended = createFrameCodec({ dates: 'extended', marksGuests: true }, () => now);
const user = { userId: 'ada', username: 'Ada' };

const message = fc.record<Message>({
  id: fc.constant('0123456789abcdef01234567'),
  roomId: fc.string(),
  seq: fc.nat(),
  updatedSeq: fc.nat(),
  userId: fc.string(),
  username: fc.string(),
  content: fc.string({ unit: 'binary' }),
  timestamp: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }),
  editedAt: fc.option(fc.constant(now)),
  deleted: fc.boolean(),
  reactions: fc.array(
    fc.record({ emoji: fc.string(), count: fc.nat(), userIds: fc.array(fc.string(), { maxLength: 3 }) }),
    { maxLength: 3 },
  ),
});

const event: fc.Arbitrary<FeedEvent> = fc.oneof(
  message.map((one): FeedEvent => ({ type: 'message.created', message: one })),
  fc.constantFrom<FeedEvent>(
    { type: 'user.joined', user, userCount: 1 },
    { type: 'user.left', user, userCount: 0 },
    { type: 'typing', user, isTyping: true },
  ),
);

describe('frames', () => {
  test('have every field under `data` and at the top level', () => {
    fc.assert(
      fc.property(event, fc.constantFrom(iso, extended), (one, frameCodec) => {
        const { type, data, ...flat } = JSON.parse(frameCodec.event(one) ?? '');
        expect(type).toMatch(/^(NewMessage|UserJoined|UserLeft|Typing)$/);
        expect(flat).toEqual(data);
      }),
    );
  });

  test('a message keeps all fields that legacy clients know', () => {
    fc.assert(
      fc.property(message, (one) => {
        for (const frameCodec of [iso, extended]) {
          const { data } = JSON.parse(frameCodec.event({ type: 'message.created', message: one }) ?? '');
          expect(data).toMatchObject({ id: one.id, content: one.content, room_id: one.roomId, deleted: one.deleted });
          expect(dateFromExtendedJson(data.timestamp)).toEqual(one.timestamp);
          expect('edited_at' in data).toBe(one.editedAt !== null);
          const pairs = one.reactions.flatMap(({ emoji, userIds }) => userIds.map((user_id) => ({ user_id, emoji })));
          expect(data.reactions).toEqual(pairs);
        }
      }),
    );
  });

  test('an event without a legacy frame gives null', () => {
    expect(iso.event({ type: 'presence', userCount: 200 })).toBeNull();
    const [one] = fc.sample(message, { numRuns: 1, seed: 1 });
    if (one) expect(iso.event({ type: 'message.updated', message: one })).toBeNull();
  });

  test('a frame is built once for all sockets', () => {
    const frames = new SharedFrames(iso, textFrame);
    const joined: FeedEvent = { type: 'user.joined', user: { userId: newId(), username: 'Bob' }, userCount: 2 };
    expect(frames.frameFor(joined)).toBe(frames.frameFor(joined));
    expect(frames.frameFor(joined)).toEqual(textFrame(iso.event(joined) ?? ''));
    expect(frames.frameFor({ type: 'presence', userCount: 2 })).toBeNull();
  });
});
