import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Subscription, type Teller } from './subscription.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('one that waits for its next value does not hold the last', async () => {
  const said: string[] = [];
  const teller: Teller = {
    reply: (text) => void said.push(text),
    fail: () => {},
    report: () => {},
    sink: () => undefined,
    release: () => {},
  };
  const call = { id: 1, jsonrpc: undefined, type: 'subscription', path: 'p', input: null, batchIndex: 0 } as const;
  const subscription = new Subscription(call, teller);
  const { values, first } = onceThenSilent();
  void subscription.run(values);
  while (said.length < 2) await new Promise((resolve) => setImmediate(resolve));
  for (let n = 0; n < 5; n += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  expect(first.deref()).toBeUndefined();
  subscription.stop.abort();
});

function onceThenSilent() {
  let value: object | null = { content: 'x' };
  const first = new WeakRef(value);
  const next = (): Promise<IteratorResult<unknown>> => {
    if (value === null) return new Promise(() => {});
    const result = Promise.resolve({ done: false as const, value });
    value = null;
    return result;
  };
  return { first, values: { [Symbol.asyncIterator]: () => ({ next }) } };
}
