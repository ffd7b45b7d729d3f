import { describe, expect, test } from 'vitest';
import { legacyAddress, readTarget, UsageError } from './target.ts';

const read = (url: string, rooms: string[] = [], wire?: 'trpc' | 'legacy' | 'both') => readTarget({ url, rooms, wire });

describe('readTarget', () => {
  test.each([
    ['http://host:3001', 'http://host:3001', ['trpc']],
    ['https://host/chat/', 'https://host/chat', ['trpc']],
    ['ws://host/trpc', 'http://host', ['trpc']],
    ['https://host/chat/trpc/', 'https://host/chat', ['trpc']],
    ['wss://host/ws', 'https://host', ['legacy']],
    ['ws://host/a/ws/lobby', 'http://host/a', ['legacy']],
  ])('%s', (url, base, wires) => {
    expect(read(url)).toMatchObject({ base, wires });
  });

  test('a room in the path comes first', () => {
    const { rooms } = read('ws://host/ws/caf%C3%A9', ['40.7_-74.0']);
    expect(rooms).toEqual([
      { text: 'café', id: 'café' },
      { text: '40.7_-74.0', id: '40.7_-74.0' },
    ]);
  });

  test('a place is two numbers with a comma', () => {
    const { rooms } = read('http://host', ['52.5,-13.4']);
    expect(rooms).toEqual([{ text: '52.5,-13.4', location: { latitude: 52.5, longitude: -13.4 } }]);
  });

  test('the wire can be chosen if the URL does not name one', () => {
    expect(read('http://host', [], 'both').wires).toEqual(['trpc', 'legacy']);
    expect(read('http://host', [], 'legacy').wires).toEqual(['legacy']);
    expect(() => read('http://host/trpc', [], 'legacy')).toThrow(UsageError);
  });

  test.each([
    ['host:3001', []],
    ['ftp://host', []],
    ['nothing', []],
    ['http://ann:secret@host', []],
    ['ws://host/ws/%FF', []],
    ['http://host', ['91,0']],
    ['http://host', ['']],
    ['http://host', ['x'.repeat(129)]],
  ])('rejects %s %s', (url, rooms) => {
    expect(() => read(url, rooms)).toThrow(UsageError);
  });
});

test('a location id is encoded into the path', () => {
  expect(legacyAddress('https://host', 'a/b ?')).toBe('wss://host/ws/a%2Fb%20%3F');
});
