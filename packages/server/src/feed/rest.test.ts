import { setImmediate as immediate } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { expect, test } from 'vitest';
import { createBench } from './testBench.ts';

v8.setFlagsFromString('--expose-gc');
const collectGarbage: () => void = vm.runInNewContext('gc');

test('a watch with shared delivery keeps no reference to its start', async () => {
  const { store, hub } = createBench();
  store.append('room');
  const sink = { codec: { encode: () => null }, key: '', frame: () => Buffer.alloc(0), write: () => true };
  const items = hub.watch('room', { history: 50, signals: [], sink });
  const next = async (kind: string) => {
    const { value } = await items.next();
    expect(value?.kind).toBe(kind);
    return new WeakRef(value ?? {});
  };
  const start = await next('start');
  await next('handoff');
  await immediate();
  collectGarbage();
  expect(start.deref()).toBe(undefined);
  await hub.close();
});
