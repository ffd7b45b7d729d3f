import { expect, test } from 'vitest';
import { noSettings, type PrivacySettings } from '../../store/privacy.ts';
import { privacyData } from './privacyData.ts';

const exportAll = async (settings: PrivacySettings, limit: number) => {
  const data = privacyData({ read: async () => settings, erase: async () => false });
  const pages: unknown[][] = [];
  for (let after: string | null = null; ; ) {
    const page = await data.exportOf('ada', { after, limit });
    pages.push(page.records);
    if (page.next === null) return pages;
    after = page.next;
  }
};

test('an export has the visibility and every blocked user, in pages', async () => {
  const blocked = ['c', 'a', 'd', 'b'].map((userId) => ({ userId, username: null }));
  const { visibility } = noSettings;
  const ofUser = (userId: string) => ({ blocked: { userId, username: null } });
  expect(await exportAll({ version: '1', changedAt: 1, blocked, visibility }, 2)).toEqual([
    [{ visibility }, ofUser('a')],
    [ofUser('b'), ofUser('c')],
    [ofUser('d')],
  ]);
});

test('a user who changed nothing has no data', async () => {
  expect(await exportAll(noSettings, 10)).toEqual([[]]);
});
