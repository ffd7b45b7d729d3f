import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messagePreview, previewReadChars } from './messagePreview.ts';

const preview = (content: string, deleted = false) => {
  const read = Array.from(content).slice(0, previewReadChars).join('');
  return messagePreview({
    ...{ updatedSeq: 1, userId: 'ada', username: 'Ada', timestamp: new Date(0) },
    ...{ content: read, deleted },
  });
};
const contentOf = (content: string) => preview(content)?.content;

test('a short message is its own preview', () => {
  expect(preview('hello')).toEqual({ userId: 'ada', username: 'Ada', content: 'hello' });
  expect(contentOf('😀'.repeat(160))).toBe('😀'.repeat(160));
  expect(contentOf('x'.repeat(160))).toBe('x'.repeat(160));
});

test('a long one is cut after 160 characters', () => {
  expect(contentOf('x'.repeat(161))).toBe(`${'x'.repeat(160)}…`);
  expect(contentOf('😀'.repeat(2_000))).toBe(`${'😀'.repeat(160)}…`);
  expect(contentOf(`${'x'.repeat(159)} y`)).toBe(`${'x'.repeat(159)}…`);
});

test('a cut divides no emoji sequence', () => {
  const family = '\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}';
  expect(contentOf(`${'x'.repeat(158)}${family}`)).toBe(`${'x'.repeat(158)}…`);
  expect(contentOf(`${'x'.repeat(155)}${family}y`)).toBe(`${'x'.repeat(155)}${family}…`);
  expect(contentOf(`${'x'.repeat(159)}e\u0301`)).toBe(`${'x'.repeat(159)}…`);
});

test('any preview is bounded and well-formed, even of one endless grapheme', () => {
  expect(contentOf(`x${'\u0301'.repeat(2_000)}`)).toBe(`x${'\u0301'.repeat(159)}…`);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500, size: 'max' }), (text) => {
      const content = contentOf(text) ?? '';
      expect(Array.from(content).length).toBeLessThanOrEqual(161);
      expect(content.isWellFormed()).toBe(true);
      expect(content === text || text.startsWith(content.slice(0, -1))).toBe(true);
    }),
  );
});

test('there is none of a deleted message, nor of a room without messages', () => {
  expect(preview('', true)).toBeNull();
  expect(preview('left over', true)).toBeNull();
  expect(messagePreview(undefined)).toBeNull();
});
