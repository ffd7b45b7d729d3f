import v8 from 'node:v8';
import vm from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrderedMap } from './orderedMap.ts';

v8.setFlagsFromString('--expose-gc');
const collect: (options: { type: 'minor' }) => void = vm.runInNewContext('gc');

test('has the values and the oldest entry of a plain map, whatever is set and deleted', () => {
  const key = fc.integer({ min: 0, max: 5 });
  const kind = fc.constantFrom('set', 'delete', 'deleteOldest', 'clear');
  fc.assert(
    fc.property(fc.array(fc.tuple(kind, key), { maxLength: 60 }), (steps) => {
      const plain = new Map<number, number>();
      const ordered = new OrderedMap<number, number>();
      for (const [index, [step, at]] of steps.entries()) {
        const [first] = plain.keys();
        if (step === 'set') {
          plain.set(at, index);
          ordered.set(at, index);
        } else if (step === 'clear') {
          plain.clear();
          ordered.clear();
        } else {
          const deleted = step === 'delete' ? at : first;
          if (deleted !== undefined) expect(ordered.delete(deleted)).toBe(plain.delete(deleted));
        }
        const [oldest] = plain;
        expect(ordered.oldest && [ordered.oldest.key, ordered.oldest.value]).toEqual(oldest);
        expect(ordered.size).toBe(plain.size);
        for (let i = 0; i <= 5; i += 1) expect(ordered.get(i)).toBe(plain.get(i));
      }
    }),
  );
});

test.each([
  ['deleted', (map: OrderedMap<number, string[]>, key: number) => map.delete(key - 8)],
  ['cleared', (map: OrderedMap<number, string[]>, key: number) => key % 8 === 0 && map.clear()],
])('values that are %s are collected with the young part of the heap', (_, remove) => {
  const map = new OrderedMap<number, string[]>();
  const before = usedMegabytes();
  for (let key = 0; key < 4_000; key += 1) {
    map.set(key, Array(1_000).fill(`${key}`)); // 8 kB
    remove(map, key);
    if (key % 20 === 0) collect({ type: 'minor' });
  }
  collect({ type: 'minor' });
  // All values together take 32 MB.
  expect(usedMegabytes() - before).toBeLessThan(8);
});

const usedMegabytes = () => process.memoryUsage().heapUsed / 2 ** 20;
