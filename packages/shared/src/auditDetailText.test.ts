import { expect, test } from 'vitest';
import { auditDetailText } from './auditDetailText.ts';

test.each([
  [{ type: 'lasts', ms: null }, 'until it is lifted'],
  [{ type: 'lasts', ms: 90_000 }, 'for 90 s'],
  [{ type: 'report', kind: 'held', reportId: 'r1', outcome: 'approved' }, 'held r1: approved'],
  [{ type: 'text', text: 'words' }, 'words'],
] as const)('%j is written in English', (detail, text) => {
  expect(auditDetailText(detail)).toBe(text);
});

test('the detail of a later version is written as it is', () => {
  expect(auditDetailText(JSON.parse('{"type":"later","text":"words"}'))).toBe('{"type":"later","text":"words"}');
});
