import { expect, test } from 'vitest';
import { limits } from './limits.ts';
import type { Message } from './message.ts';
import { isFullPage, messageWeight, PageFill } from './pageWeight.ts';

const message = (content: string): Message => ({
  ...{ id: 'a'.repeat(24), roomId: 'plaza', seq: 1, updatedSeq: 1, userId: 'ana', username: 'Ana', content },
  ...{ timestamp: new Date(1), editedAt: null, deleted: false, reactions: [] },
});

function filled(limit: number, contents: readonly string[]): PageFill {
  const page = new PageFill(limit);
  for (const content of contents) page.add(message(content));
  return page;
}

test('a page of short messages lacks as many as its limit allows', () => {
  expect(filled(100, []).missing).toBe(100);
  expect(filled(100, ['hi', 'hi']).missing).toBe(98);
  expect(filled(2, ['hi', 'hi'])).toMatchObject({ isFull: true, missing: 0 });
});

test('a page of long messages lacks as many as its characters allow', () => {
  const long = 'x'.repeat(9_400);
  const weight = messageWeight(message(long));
  const page = filled(100, [long, long]);
  expect(page.missing).toBe(Math.ceil(limits.pageChars / weight) - 2);
  for (let missing = page.missing; missing > 0; missing -= 1) {
    expect([page.isFull, page.missing]).toEqual([false, missing]);
    page.add(message(long));
  }
  expect(page).toMatchObject({ isFull: true, missing: 0 });
  expect(isFullPage(page.messages, 100)).toBe(true);
  expect(isFullPage(page.messages.slice(1), 100)).toBe(false);
});
