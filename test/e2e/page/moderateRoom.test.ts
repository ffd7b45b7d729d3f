import { expect, test } from 'vitest';
import { roomRules as german } from '../../../packages/web/src/text/de/roomRules.ts';
import { roomRules } from '../../../packages/web/src/text/en/roomRules.ts';
import { violations } from '../../resources/axe.ts';
import { identityOf } from '../../resources/moderators.ts';
import { openBrowser, phone } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { checkedTokens } from '../../resources/tokens.ts';

test('by keyboard, the owner sets slow mode, locks and closes a room, ends that, and names it', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const identity = await identityOf('ada');
  using api = stockClient(earshot.a.url, identity);
  const { room } = await api.api.rooms.join.mutate({ location: somewhere() });
  const ada = await browser.visit(earshot.a.url, { path: `moderate?room=${room.id}#token=${identity.token}` });
  const { page } = ada;
  await page.getByRole('tab', { name: roomRules.title }).click();
  const card = (name: string) => page.getByRole('region', { name, exact: true });
  await card(roomRules.lock).getByText(roomRules.unlocked).waitFor();
  expect(await violations(page)).toEqual([]);

  await page.getByLabel(roomRules.duration).selectOption('1 hour');
  await page.getByLabel(roomRules.reason).fill('too heated');
  await card(roomRules.slowMode).getByLabel(roomRules.interval).selectOption(roomRules.seconds(30));
  await card(roomRules.slowMode).getByRole('button').press('Enter');
  await card(roomRules.slowMode).getByRole('paragraph').getByText(roomRules.seconds(30)).waitFor();
  await card(roomRules.slowMode).getByText(roomRules.reasonIs('too heated')).waitFor();
  await card(roomRules.lock).getByRole('button', { name: roomRules.lockIt }).press('Enter');
  await card(roomRules.lock).getByText(roomRules.locked).waitFor();
  await card(roomRules.close).getByRole('button', { name: roomRules.closeIt }).press('Enter');
  await card(roomRules.close).getByText(roomRules.closed).waitFor();
  await card(roomRules.retention).getByLabel(roomRules.keep).selectOption(roomRules.days(30));
  await card(roomRules.retention).getByLabel(roomRules.retentionReason).fill('a quiet room');
  await card(roomRules.retention).getByRole('button').press('Enter');
  await card(roomRules.retention).getByRole('paragraph').getByText(roomRules.days(30)).waitFor();
  expect(await violations(page)).toEqual([]);
  const sanctions = await api.api.moderation.sanctions.query({ scope: { type: 'room', roomId: room.id } });
  expect(new Set(sanctions.map(({ kind }) => kind))).toEqual(new Set(['slowMode', 'lock', 'close', 'retention']));
  for (const { kind, reason, endsAt } of sanctions) {
    const expected = kind === 'retention' ? ['a quiet room', false] : ['too heated', true];
    expect([kind, reason, endsAt !== null]).toEqual([kind, ...expected]);
  }
  expect(await api.api.rooms.get.query({ roomId: room.id })).toMatchObject({
    ...{ slowModeMs: 30_000, isLocked: true, isClosed: true },
  });

  await card(roomRules.lock).getByRole('button', { name: roomRules.unlockIt }).press('Enter');
  await card(roomRules.lock).getByText(roomRules.unlocked).waitFor();
  const reopen = card(roomRules.close).getByRole('button', { name: roomRules.reopenIt });
  await reopen.press('Enter');
  await card(roomRules.close).getByText(roomRules.opened).waitFor();
  await card(roomRules.slowMode).getByLabel(roomRules.interval).selectOption(roomRules.seconds(0));
  await card(roomRules.slowMode).getByRole('button').press('Enter');
  await card(roomRules.slowMode).getByRole('paragraph').getByText(roomRules.seconds(0), { exact: true }).waitFor();
  await page.getByLabel(roomRules.roomTitle).fill('Chess club');
  await page.getByLabel(roomRules.roomTitle).press('Enter');
  await page.getByRole('status').filter({ hasText: roomRules.saved }).waitFor();
  expect(await api.api.rooms.get.query({ roomId: room.id })).toMatchObject({ title: 'Chess club', topic: null });
  expect(ada.problems).toEqual([]);
});

test('room moderators can’t close the room, and see why, in German, on a phone', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  using ada = stockClient(earshot.a.url, await identityOf('ada'));
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  const scope = { type: 'room', roomId: room.id } as const;
  await ada.api.roles.grant.mutate({ scope, userId: 'bob', role: 'roomModerator' });
  const { token } = await identityOf('bob');
  const { page } = await browser.visit(earshot.a.url, {
    path: `moderate?room=${room.id}#token=${token}`,
    browser: { ...phone, locale: 'de-DE' },
  });
  await page.getByRole('tab', { name: german.title }).click();
  const close = page.getByRole('region', { name: german.close, exact: true });
  await close.getByRole('button').click();
  await page.getByRole('alert').waitFor();
  await close.getByText(german.opened).waitFor();
  const [width, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(width).toBeLessThanOrEqual(shown ?? 0);
  expect(await violations(page)).toEqual([]);
});
