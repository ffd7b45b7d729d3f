import { expect, test } from 'vitest';
import { describeSanction } from './text.ts';

const mute = { kind: 'mute', scope: { type: 'server' }, reason: 'spam', endsAt: null } as const;

test('a mute is shown with its end and its reason', () => {
  expect(describeSanction(mute)).toBe('* you are muted: spam');
  const endsAt = new Date(Date.now() + 60_000);
  expect(describeSanction({ ...mute, endsAt })).toBe(`* you are muted until ${endsAt.toLocaleString()}: spam`);
});
