import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ChangeEvent } from './envelope.ts';
import { createBench, type Reader } from './testBench.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A feed that opens after three messages. Then there are a reaction to the second, message 5, and reactions to the second and to message 5. */
async function setup() {
  const bench = createBench();
  const { store, hub, appendUnpublished, reader, send, pass } = bench;
  appendUnpublished(3);
  await reader();
  const react = (seq: number) => {
    const { message } = store.change('room', seq, 'hello');
    const reacted = { userId: 'bob', emoji: '👍', on: true };
    void hub.publish('room', { type: 'message.updated', message, reacted }, 'connection');
  };
  react(2);
  send('hello');
  react(2);
  react(5);
  await pass(20);
  return bench;
}

const summaryOf = ({ changes }: Reader) =>
  changes.map((event: ChangeEvent) => {
    const isReaction = event.type === 'message.updated' && event.reacted !== undefined;
    return `${isReaction ? 'reaction' : event.type} ${event.message.seq}`;
  });

/**
 * A watcher that resumes from position 3 may lack message 2: a replay that read the store after the first reaction has the message only as change 4, and
 * may have broken off before it.
 */
const afterBrokenReplay = ['message.updated 2', 'message.created 5', 'reaction 2', 'reaction 5'];

test('the first missed reaction to a message from before the position comes with the message', async () => {
  const { reader } = await setup();
  expect(summaryOf(await reader({ after: 3 }))).toEqual(afterBrokenReplay);
});

test('so it does in a page that watchers share', async () => {
  const { reader } = await setup();
  const refusesWrites = () => false;
  const readers = [await reader({ after: 3, refusesWrites }), await reader({ after: 3, refusesWrites })];
  expect(readers.map(summaryOf)).toEqual([afterBrokenReplay, afterBrokenReplay]);
  expect(readers.map(({ sharedCount }) => sharedCount)).toEqual([4, 4]);
});

test('a reaction to a message that the same replay created is a reaction', async () => {
  const { reader } = await setup();
  expect(summaryOf(await reader({ after: 4 }))).toEqual(['message.created 5', 'message.updated 2', 'reaction 5']);
});
