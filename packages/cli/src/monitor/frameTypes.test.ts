import { describe, expect, test } from 'vitest';
import { legacyTypes, trpcTypes } from './frameTypes.ts';

describe('legacyTypes', () => {
  test.each([
    ['{"type":"Join","data":{}}', 'Join'],
    ['{"content":"hello"}', '(no type)'],
    ['{"type":7}', '(no type)'],
    ['[]', '(no type)'],
    ['null', '(no type)'],
    ['{', '(not JSON)'],
  ])('%s', (text, type) => {
    expect(legacyTypes('in', text)).toEqual([type]);
  });
});

describe('trpcTypes', () => {
  const join = '{"id":1,"method":"mutation","params":{"path":"rooms.join","input":{}}}';
  const watch = '{"id":2,"method":"subscription","params":{"path":"rooms.watch","input":{}}}';

  test('an answer has the type of its call', () => {
    const typesOf = trpcTypes();
    expect(typesOf('out', join)).toEqual(['rooms.join']);
    expect(typesOf('in', '{"id":1,"result":{"type":"data","data":{"json":{}}}}')).toEqual(['rooms.join']);
    expect(typesOf('in', '{"id":9,"result":{"type":"data","data":{"json":{}}}}')).toEqual(['(no call)']);
  });

  test('events have their own types, and a subscription begins and ends', () => {
    const typesOf = trpcTypes();
    typesOf('out', watch);
    expect(typesOf('in', '{"id":2,"result":{"type":"started"}}')).toEqual(['rooms.watch started']);
    const event =
      '{"id":2,"result":{"type":"data","id":"5","data":{"json":{"id":"5","data":{"type":"message.created"}}}}}';
    expect(typesOf('in', event)).toEqual(['message.created']);
    expect(typesOf('in', '{"id":2,"result":{"type":"stopped"}}')).toEqual(['rooms.watch stopped']);
    expect(typesOf('out', '{"id":2,"method":"subscription.stop"}')).toEqual(['subscription.stop']);
  });

  test('errors have their code', () => {
    const error = '{"id":1,"error":{"json":{"message":"","data":{"errorCode":"ROOM_FULL"}}}}';
    expect(trpcTypes()('in', error)).toEqual(['ROOM_FULL']);
    expect(trpcTypes()('in', '{"id":1,"error":{}}')).toEqual(['error']);
  });

  test('a batch has several types', () => {
    expect(trpcTypes()('out', `[${join},${watch}]`)).toEqual(['rooms.join', 'rooms.watch']);
  });

  test.each([
    ['PING', 'PING'],
    ['{"id":null,"method":"reconnect"}', 'reconnect'],
    ['7', '(no call)'],
    ['', '(not JSON)'],
  ])('%s', (text, type) => {
    expect(trpcTypes()('in', text)).toEqual([type]);
  });
});
