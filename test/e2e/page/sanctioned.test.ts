import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { safety as german } from '../../../packages/web/src/text/de/safety.ts';
import { safety } from '../../../packages/web/src/text/en/safety.ts';
import { violations } from '../../resources/axe.ts';
import { composer, desktop, enterNearest, openBrowser, phone, say, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { issuedTokens, signModerator, signToken } from '../../resources/tokens.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const roomIdOf = (page: Page) => decodeURIComponent(new URL(page.url()).hash.replace('#/room/', ''));
const moderatorOf = async (url: string) => stockClient(url, { token: await signModerator('mod') });
const server = { type: 'server' } as const;

test('on a phone, a muted user reads why and until when, keeps the draft, and writes again when the mute ends', async () => {
  await using earshot = await startEmbedded({ env: issuedTokens });
  await using browser = await openBrowser();
  using mod = await moderatorOf(earshot.a.url);
  const ada = await browser.visit(earshot.a.url, {
    place: somewhere(),
    path: `#token=${await signToken('ada')}`,
    browser: { ...phone, reducedMotion: 'reduce' },
  });
  const { page } = ada;
  await enterNearest(ada);
  await composer(page).fill('a draft');
  const scope = { type: 'room', roomId: roomIdOf(page) } as const;
  await mod.api.moderation.mute.mutate({ scope, userId: 'ada', reason: 'spam', lastsMs: 3_600_000 });
  const notice = page.getByRole('status').filter({ hasText: safety.reasonGiven('') });
  await notice.waitFor();
  expect(await notice.textContent()).toMatch(/You can’t write in this room until .*\d+:\d\d.*Reason: .*spam/);
  expect(await composer(page).inputValue()).toBe('a draft');
  expect(await composer(page).getAttribute('aria-disabled')).toBe('true');
  expect(await button(page, words.room.send).isDisabled()).toBe(true);
  const describedBy = await composer(page).getAttribute('aria-describedby');
  expect(await page.locator(`[id="${describedBy}"]`).textContent()).toContain('spam');
  await composer(page).press('Enter');
  expect(await violations(page)).toEqual([]);

  expect(ada.problems).toEqual([]);

  await page.reload();
  await notice.waitFor();
  await mod.api.moderation.mute.mutate({ scope, userId: 'ada', lastsMs: 2_000 });
  await page.getByRole('status').filter({ hasText: safety.unmuted }).waitFor();
  expect(await composer(page).inputValue()).toBe('a draft');
  await composer(page).press('Enter');
  await page.getByRole('article').filter({ hasText: 'a draft' }).waitFor();
});

test('a user who is banned from a room sees that in German, and is back in the room when the ban ends', async () => {
  await using earshot = await startEmbedded({ env: issuedTokens });
  await using browser = await openBrowser();
  using mod = await moderatorOf(earshot.a.url);
  using owner = stockClient(earshot.a.url, { token: await signToken('owner') });
  const { room } = await owner.api.rooms.join.mutate({ location: somewhere() });
  const ada = await browser.visit(earshot.a.url, {
    place: somewhere(),
    path: `#token=${await signToken('ada')}`,
    browser: { ...desktop, locale: 'de-DE' },
  });
  const { page } = ada;
  await page.getByRole('button', { name: 'Einstellungen' }).waitFor();
  await page.evaluate((id) => {
    location.hash = `#/room/${id}`;
  }, room.id);
  await page.getByRole('textbox', { name: /Nachricht/ }).waitFor();
  const scope = { type: 'room', roomId: room.id } as const;
  await mod.api.moderation.ban.mutate({ scope, userId: 'ada', reason: 'Werbung', lastsMs: 4_000 });
  const banned = page.getByRole('alert').filter({ hasText: /Du bist hier bis \d+:\d\d gesperrt\. Grund: Werbung/ });
  await banned.waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('textbox', { name: /Nachricht/ }).waitFor();
  await banned.waitFor({ state: 'detached' });
  await mod.api.moderation.mute.mutate({ scope: server, userId: 'ada' });
  await page
    .getByRole('status')
    .filter({ hasText: german.muted('server', '') })
    .waitFor();
  expect(ada.problems).toEqual([]);
});

test('a user who is banned from the server reads until when and why, and continues when the ban is lifted', async () => {
  await using earshot = await startEmbedded({ env: issuedTokens });
  await using browser = await openBrowser();
  using mod = await moderatorOf(earshot.a.url);
  const ada = await browser.visit(earshot.a.url, { place: somewhere(), path: `#token=${await signToken('ada')}` });
  const { page } = ada;
  await enterNearest(ada);
  await composer(page).fill('a draft');
  const { id: sanctionId } = await mod.api.moderation.ban.mutate({
    ...{ scope: server, userId: 'ada', reason: 'spam', lastsMs: 86_400_000 },
  });
  await page.getByRole('heading', { name: safety.bannedTitle }).waitFor();
  await page.getByText(/The ban lasts until .*\d+:\d\d/).waitFor();
  await page.getByText(/Reason: .*spam/).waitFor();
  expect(await violations(page)).toEqual([]);
  await mod.api.moderation.lift.mutate({ sanctionId });
  await button(page, words.errors.retry).click();
  await composer(page).waitFor();
  expect(await composer(page).inputValue()).toBe('a draft');
});

test('signed out everywhere: a guest signs in again under the same name, with the draft', async () => {
  await using earshot = await startEmbedded({ env: issuedTokens });
  await using browser = await openBrowser();
  const guest = await browser.visit(earshot.a.url, { place: somewhere() });
  const { page } = guest;
  await page.getByLabel(words.welcome.nameLabel).fill('Grace');
  await button(page, words.welcome.go).click();
  await enterNearest(guest);
  await composer(page).fill('a draft');
  await signOut(page, earshot.a.url);
  await page.getByRole('alert').filter({ hasText: words.errors.messages.TOKEN_REVOKED }).waitFor();
  await button(page, words.errors.renew).first().click();
  const dialog = page.getByRole('dialog');
  await expect.poll(() => dialog.getByLabel(words.welcome.nameLabel).inputValue()).toBe('Grace');
  await dialog.getByRole('button', { name: words.welcome.go }).click();
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => composer(page).inputValue()).toBe('a draft');
  await say(guest, 'Here again');
  await page.getByRole('article').filter({ hasText: 'Here again' }).waitFor();
});

/** Ends all sessions of the page's user, as on another device. */
async function signOut(page: Page, url: string): Promise<void> {
  const stored = await page.evaluate(() => localStorage.getItem('earshot.identity') ?? '');
  using device = stockClient(url, { token: JSON.parse(stored).token });
  await device.api.auth.signOutEverywhere.mutate();
}
