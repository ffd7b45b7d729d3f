import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldText } from './foldText.ts';
import { TextWriter } from './textWriter.ts';

test.each([
  ['Łódź', 'lodz'],
  ['St. Pauli', 'st pauli'],
  ["L'Aquila", 'l aquila'],
  ['Weißensee', 'weissensee'],
  ['Tromsø', 'tromso'],
  ['İstanbul', 'istanbul'],
  [' -- ', ''],
])('%s is %s', (text, folded) => expect(foldText(text)).toBe(folded));

test('a column folds texts in the same way', () => {
  const name = fc.oneof(fc.string({ maxLength: 30 }), fc.string({ unit: 'grapheme', maxLength: 10 }));
  fc.assert(
    fc.property(fc.array(name, { maxLength: 5 }), (names) => {
      const bytes = Buffer.from(names.join(''));
      const writer = new TextWriter(names.length, 20 * bytes.length + names.length);
      let start = 0;
      for (const one of names) {
        const end = start + Buffer.byteLength(one);
        writer.fold(bytes, { start, end });
        start = end;
      }
      const column = writer.finish();
      expect(column.bytes.toString()).toBe(names.map((one) => `\n${foldText(one.toWellFormed())}`).join(''));
    }),
  );
});
