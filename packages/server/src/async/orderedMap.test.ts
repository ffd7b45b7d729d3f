import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrderedMap } from './orderedMap.ts';

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
