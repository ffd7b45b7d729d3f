import { expect, test } from 'vitest';
import { RepeatedMessages } from './repeatedMessages.ts';

const ada = { userId: 'ada', address: '192.0.2.1' };
const advert = 'Cheap watches at my shop!';

function setUp(rooms = 3) {
  const clock = { now: 0 };
  const messages = new RepeatedMessages({ rooms, now: () => clock.now });
  const send = (roomId: string, content = advert, caller = ada) => messages.take(caller, roomId, content);
  return { clock, messages, send };
}

const repeated = expect.objectContaining({ code: 'REPEATED_MESSAGE', retryAfterMs: expect.any(Number) });

/** Sends to rooms 1, 2, 3 ... until it is refused. Returns the number of sends before. */
function roomsUntilRefused(send: (roomId: string, index: number) => void): number {
  for (let index = 0; index < 100; index += 1) {
    try {
      send(`room ${index}`, index);
    } catch (error) {
      expect(error).toEqual(repeated);
      return index;
    }
  }
  return 100;
}

test('a text is refused in the fourth room within a minute, and in the rooms before it is not', () => {
  const { send, clock } = setUp();
  expect(roomsUntilRefused((room) => send(room))).toBe(3);
  send('room 0');
  clock.now = 59_000;
  expect(() => send('room 9')).toThrow(repeated);
  clock.now = 60_500; // room 1 was a minute ago; room 0 as well, and it was repeated
  send('room 9');
});

test('retryAfterMs is the time until the first room is a minute ago', () => {
  const { send, clock } = setUp();
  for (const room of ['a', 'b', 'c']) {
    send(room);
    clock.now += 10_000;
  }
  expect(() => send('d')).toThrow(expect.objectContaining({ retryAfterMs: 30_000 }));
  clock.now = 60_000;
  send('d');
});

test('case, spaces, punctuation, width, diacritics and invisible characters make no difference', () => {
  const variants = [
    advert,
    'CHEAP  watches - at my shop',
    'chéap watches at\u200b my shop?!',
    'ｃheap watches at my shop',
  ];
  const { send } = setUp();
  expect(roomsUntilRefused((room, index) => send(room, variants[index]))).toBe(3);
});

test('other texts, greetings and short texts do not count', () => {
  const { send } = setUp();
  expect(roomsUntilRefused((room, index) => send(room, `${advert} ${index}`))).toBe(100);
  for (const text of [
    'hi',
    'ok',
    'Hello everyone!',
    'good morning :)',
    '👍👍👍',
    '你好',
    '................................',
  ]) {
    expect(roomsUntilRefused((room) => send(room, text))).toBe(100);
  }
});

test('short links count, and so do sentences of scripts with few characters', () => {
  const { send } = setUp();
  expect(roomsUntilRefused((room) => send(room, 'http://x.io/a'))).toBe(3);
  expect(roomsUntilRefused((room) => send(room, '便宜手表出售'))).toBe(3);
});

test('many users of one address have four times as many rooms', () => {
  const { send } = setUp();
  expect(roomsUntilRefused((room, index) => send(room, advert, { ...ada, userId: `user ${index}` }))).toBe(12);
  send('other', advert, { userId: 'bob', address: '192.0.2.2' });
});

test('a refused text is not counted', () => {
  const { send, clock } = setUp(1);
  send('a');
  clock.now = 30_000;
  expect(() => send('b')).toThrow(repeated);
  clock.now = 60_000;
  send('b');
});

test('0 turns it off', () => expect(roomsUntilRefused((room) => setUp(0).send(room))).toBe(100));

test('the memory is bounded, whatever is sent', () => {
  const { messages, send, clock } = setUp();
  for (let index = 0; index < 60_000; index += 1) send('a', `${advert} ${index}`);
  expect(messages.size).toBeLessThanOrEqual(50_000);
  for (const minute of [1, 2]) {
    clock.now = minute * 60_000;
    send('a');
  }
  expect(messages.size).toBe(4);
});
