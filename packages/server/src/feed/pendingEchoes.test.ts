import { expect, test } from 'vitest';
import { PendingEchoes } from './pendingEchoes.ts';
import { ModelStore } from './testModel.ts';

const store = new ModelStore();
const change = () => ({ event: store.append('room'), fromConnectionId: 'here' });

test('returns the event published as a payload, once', () => {
  const echoes = new PendingEchoes();
  const one = change();
  echoes.add('one', one);
  expect(echoes.take('other')).toBe(undefined);
  expect(echoes.take('one')).toBe(one);
  expect(echoes.take('one')).toBe(undefined);
});

test('payloads that the broker skipped are dropped', () => {
  const echoes = new PendingEchoes();
  const [two, three] = [change(), change()];
  echoes.add('one', change());
  echoes.add('two', two);
  echoes.add('three', three);
  expect(echoes.take('two')).toBe(two);
  expect(echoes.take('one')).toBe(undefined);
  expect(echoes.take('three')).toBe(three);
});

test('an earlier version of a changed message is dropped, and nothing else', () => {
  const echoes = new PendingEchoes();
  const [original, other] = [change(), change()];
  const edited = { event: store.change('room', original.event.message.seq, 'edited'), fromConnectionId: 'here' };
  echoes.add('original', original);
  echoes.add('edited', edited);
  echoes.add('other', other);
  echoes.forget(edited.event.message);
  expect(echoes.size).toBe(2);
  expect(echoes.take('original')).toBe(undefined);
  expect(echoes.take('edited')).toBe(edited);
  expect(echoes.take('other')).toBe(other);
});

test('memory is bounded when the broker delivers nothing back', () => {
  const echoes = new PendingEchoes();
  for (let n = 0; n < 10_000; n += 1) echoes.add(`${n}`, change());
  expect(echoes.size).toBeLessThanOrEqual(256);
  expect(echoes.take('9999')).toBeDefined();
});
