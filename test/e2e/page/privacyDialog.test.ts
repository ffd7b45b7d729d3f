import { readFile } from 'node:fs/promises';
import { SignJWT } from 'jose';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { privacy as german } from '../../../packages/web/src/text/de/privacy.ts';
import { privacy } from '../../../packages/web/src/text/en/privacy.ts';
import { violations } from '../../resources/axe.ts';
import { desktop, enterNearest, openBrowser, phone, say, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { checkedTokens, signToken, tokenSecret } from '../../resources/tokens.ts';

const button = (scope: Pick<Page, 'getByRole'>, name: string) => scope.getByRole('button', { name, exact: true });

test('by keyboard on a phone, blocked users are listed by name and unblocked', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const token = await signToken('ada');
  using other = stockClient(earshot.a.url, { token });
  await other.api.me.block.mutate({ userId: 'bob', username: 'Bob' });
  await other.api.me.block.mutate({ userId: 'eve' });
  const options = { ...phone, reducedMotion: 'reduce' } as const;
  const ada = await browser.visit(earshot.a.url, { place: somewhere(), path: `#token=${token}`, browser: options });
  const { page } = ada;
  await button(page, words.app.settings).press('Enter');
  await button(page, privacy.title).press('Enter');
  const dialog = page.getByRole('dialog', { name: privacy.title });
  const list = dialog.getByRole('list', { name: privacy.blockedTitle });
  await expect.poll(() => list.getByRole('listitem').count()).toBe(2);
  await list.getByText(privacy.unknownName).waitFor();
  expect(await violations(page)).toEqual([]);
  await list.getByRole('button', { name: /Unblock .*Bob/ }).press('Enter');
  await dialog
    .getByRole('status')
    .filter({ hasText: /You’ll see .*Bob.* again/ })
    .waitFor();
  await expect.poll(() => list.getByRole('listitem').count()).toBe(1);
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(privacy.blockedTitle);
  expect(await other.api.me.blocks.query()).toMatchObject([{ userId: 'eve' }]);
  expect(ada.problems).toEqual([]);
});

test('in German, a user is no longer listed by name in the open room, nor later in any', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const token = await signToken('ada');
  using reader = stockClient(earshot.a.url, { token });
  const { room } = await reader.api.rooms.join.mutate({ location: somewhere() });
  const ada = await browser.visit(earshot.a.url, {
    place: somewhere(),
    path: `#token=${token}`,
    browser: { ...desktop, locale: 'de-DE', reducedMotion: 'reduce' },
  });
  const { page } = ada;
  await page.getByRole('button', { name: 'Einstellungen' }).waitFor();
  await page.evaluate((id) => {
    location.hash = `#/room/${id}`;
  }, room.id);
  await page.getByRole('button', { name: '1 hier' }).click();
  await button(page, german.nameTitle).click();
  const dialog = page.getByRole('dialog', { name: german.nameTitle });
  await dialog.getByLabel(german.choices.notHere).check();
  await dialog.getByRole('status').filter({ hasText: german.saved }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await reader.api.me.visibility.query()).toEqual({ isVisible: true, exceptRooms: [room.id] });
  await dialog.getByLabel(german.choices.nowhere).check();
  await expect.poll(() => reader.api.me.visibility.query()).toEqual({ isVisible: false, exceptRooms: [] });
  await dialog.getByLabel(german.choices.onlyHere).check();
  await expect.poll(() => reader.api.me.visibility.query()).toEqual({ isVisible: false, exceptRooms: [room.id] });
});

test('users download their data and erase it, after a question', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const sign = (more: object) =>
    new SignJWT({ username: 'Ada', ...more })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('ada')
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(tokenSecret));
  const issuedAt = Math.floor(Date.now() / 1_000);
  const ada = await browser.visit(earshot.a.url, {
    place: somewhere(),
    path: `#token=${await sign({ iat: issuedAt })}`,
  });
  const { page } = ada;
  await enterNearest(ada);
  await say(ada, 'find this in the file');
  await page.getByRole('article').filter({ hasText: 'find this' }).waitFor();
  await button(page, words.app.settings).click();
  await button(page, privacy.title).click();
  const dialog = page.getByRole('dialog', { name: privacy.title });
  const [download] = await Promise.all([page.waitForEvent('download'), button(dialog, privacy.export).click()]);
  expect(download.suggestedFilename()).toBe(privacy.fileName);
  const records: unknown = JSON.parse(await readFile(await download.path(), 'utf8'));
  expect(JSON.stringify(records)).toContain('find this in the file');
  await dialog.getByRole('status').filter({ hasText: privacy.exported }).waitFor();

  await button(dialog, privacy.erase).click();
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(privacy.keep);
  expect(await violations(page)).toEqual([]);
  await button(dialog, privacy.keep).click();
  await button(dialog, privacy.erase).click();
  await button(dialog, privacy.eraseAnyway).click();
  await dialog.getByRole('status').filter({ hasText: privacy.erasing }).waitFor();
  await button(dialog, privacy.close).last().click();
  await page.getByLabel(words.welcome.tokenLabel).waitFor();
  expect(await page.evaluate(() => localStorage.getItem('earshot.identity'))).toBeNull();
  using later = stockClient(earshot.a.url, { token: await sign({ iat: issuedAt + 60 }) });
  const { state } = await later.api.me.erasure.query();
  expect(['running', 'done']).toContain(state);
});
