import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { privacy as german } from '../../../packages/web/src/text/de/privacy.ts';
import { welcome as germanWelcome } from '../../../packages/web/src/text/de/welcome.ts';
import { privacy } from '../../../packages/web/src/text/en/privacy.ts';
import { violations } from '../../resources/axe.ts';
import { httpClient } from '../../resources/httpClient.ts';
import { composer, enterNearest, openBrowser, phone, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { checkedTokens, issuedTokens, issueToken } from '../../resources/tokens.ts';

const button = (scope: Pick<Page, 'getByRole'>, name: string) => scope.getByRole('button', { name, exact: true });
const revoked = { data: { errorCode: 'TOKEN_REVOKED' } };
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent);

test('by keyboard, a user signs out on all devices, and the draft waits for the next sign-in', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const token = await issueToken('ada', 0);
  // Over a WebSocket a refusal closes the socket, which may precede the call.
  using device = httpClient(earshot.a.url, { token });
  await device.api.auth.session.query();
  const ada = await browser.visit(earshot.a.url, { place: somewhere(), path: `#token=${token}` });
  const { page } = ada;
  await enterNearest(ada);
  await composer(page).fill('a draft');
  await button(page, words.app.settings).press('Enter');
  await button(page, privacy.title).press('Enter');
  const dialog = page.getByRole('dialog', { name: privacy.title });
  await button(dialog, privacy.signOut).press('Enter');
  await dialog.getByRole('alert').filter({ hasText: privacy.signOutQuestion }).waitFor();
  await expect.poll(() => focused(page)).toBe(privacy.staySignedIn);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect.poll(() => focused(page)).toBe(privacy.signOut);
  await device.api.auth.session.query();

  await page.keyboard.press('Enter');
  await expect.poll(() => focused(page)).toBe(privacy.staySignedIn);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByLabel(words.welcome.tokenLabel).waitFor();
  expect(await page.evaluate(() => localStorage.getItem('earshot.identity'))).toBeNull();
  await expect(device.api.auth.session.query()).rejects.toMatchObject(revoked);

  await page.getByLabel(words.welcome.tokenLabel).fill(await issueToken('ada', 60));
  await button(page, words.welcome.go).press('Enter');
  await composer(page).waitFor();
  expect(await composer(page).inputValue()).toBe('a draft');
  expect(ada.problems).toEqual([]);
});

test('in German on a phone, a guest signs out and is forgotten on this device', async () => {
  await using earshot = await startEmbedded({ env: issuedTokens });
  await using browser = await openBrowser();
  const options = { ...phone, locale: 'de-DE', reducedMotion: 'reduce' } as const;
  const { page } = await browser.visit(earshot.a.url, { place: somewhere(), browser: options });
  await page.getByLabel(germanWelcome.nameLabel).fill('Grace');
  await button(page, germanWelcome.go).click();
  await page.getByRole('button', { name: 'Einstellungen' }).click();
  const token: string = await page.evaluate(() => JSON.parse(localStorage.getItem('earshot.identity') ?? 'null').token);
  await page.evaluate(() => localStorage.setItem('earshot.draft.someone/room', 'a draft'));
  await button(page, german.title).click();
  const dialog = page.getByRole('dialog', { name: german.title });
  await button(dialog, german.signOut).click();
  await dialog.getByRole('alert').filter({ hasText: german.guestSignOutQuestion }).waitFor();
  expect(await violations(page)).toEqual([]);
  await button(dialog, german.signOutAnyway).click();
  await page.getByLabel(germanWelcome.nameLabel).waitFor();
  expect(await page.evaluate(() => localStorage.getItem('earshot.draft.someone/room'))).toBeNull();
  using former = httpClient(earshot.a.url, { token });
  await expect(former.api.auth.session.query()).rejects.toMatchObject(revoked);
});
