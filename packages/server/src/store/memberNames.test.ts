import { expect, test } from 'vitest';
import { memberScanMax, toMemberPage } from './memberNames.ts';

const member = (nameKey: string, userId = nameKey) => ({ nameKey, userId, username: nameKey });
const full = (nameKey: string, userId?: string) => Array.from({ length: memberScanMax }, () => member(nameKey, userId));

test('ranges are merged in order, and a user is in a page once', () => {
  const page = toMemberPage(
    [
      [member('ada'), member('cleo')],
      [member('ada'), member('ben')],
    ],
    10,
  );
  expect(page).toEqual({ members: [member('ada'), member('ben'), member('cleo')], next: null });
});

test('a full page continues after its last user', () => {
  const page = toMemberPage([[member('ada'), member('ben')], [member('cleo')]], 2);
  expect(page).toEqual({ members: [member('ada'), member('ben')], next: { nameKey: 'ben', userId: 'ben' } });
});

test('no member is skipped after a range that was read in part', () => {
  const page = toMemberPage([full('ben'), [member('ada'), member('cleo')]], 10);
  expect(page).toEqual({ members: [member('ada'), member('ben')], next: { nameKey: 'ben', userId: 'ben' } });
});

test('texts are compared as databases do', () => {
  const [bmp, astral] = ['\uFFFD', '\u{1F642}'];
  const { members } = toMemberPage([[member(astral)], [member(bmp)]], 10);
  expect(members.map(({ nameKey }) => nameKey)).toEqual([bmp, astral]);
});
