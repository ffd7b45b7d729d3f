import { SignJWT } from 'jose';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { de } from '../../../packages/web/src/text/de.ts';
import { desktop, enterNearest, openBrowser, phone, say, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const roomOf = (page: Page) => new URL(page.url()).hash;
const storedIdentity = (page: Page) => page.evaluate(() => localStorage.getItem('earshot.identity'));

test.each([
  { screen: 'phone', browser: phone },
  { screen: 'desktop', browser: desktop },
])(
  'a shared link leads to the room after a name is given, and back to nearby rooms ($screen)',
  async ({ browser: options }) => {
    await using earshot = await startEmbedded();
    await using browser = await openBrowser();
    const ada = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
    await enterNearest(ada);
    await say(ada, 'Come in');
    const link = roomOf(ada.page);
    expect(link).toMatch(/^#\/room\/[0-9a-f]{24}$/);

    const bob = await browser.visit(earshot.a.url, { path: link, browser: options });
    const { page } = bob;
    const comeIn = page.getByRole('article').filter({ hasText: 'Come in' });
    await page.getByLabel(words.welcome.nameLabel).fill('Bob');
    await page.keyboard.press('Enter');
    await comeIn.waitFor();
    const identity = await storedIdentity(page);
    expect(identity).toContain('guest-');

    await page.reload();
    await comeIn.waitFor();
    expect([await storedIdentity(page), roomOf(page)]).toEqual([identity, link]);

    await button(page, words.room.leaveRoom).click();
    await button(page, words.room.stayHere).click();
    await page.getByRole('textbox', { name: words.room.composerLabel('') }).waitFor(); // leaving needs a confirmation
    await button(page, words.room.leaveRoom).click();
    await button(page, words.room.leave).click();
    await page.getByText(words.welcome.locationTitle('Bob')).waitFor();
    expect(roomOf(page)).toBe('#/');
    await page.goBack();
    await comeIn.waitFor();
    expect(bob.problems).toEqual([]);
  },
);

test('the browser’s back button leaves a room', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const { page } = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere(), browser: phone });
  const composer = page.getByRole('textbox', { name: words.room.composerLabel('') });
  await button(page, words.radar.create).click();
  await composer.waitFor();
  const room = roomOf(page);
  await page.goBack();
  await page.getByRole('region', { name: words.radar.title }).waitFor();
  await page.goForward();
  await composer.waitFor();
  expect(roomOf(page)).toBe(room);
  await button(page, words.room.back).click();
  await composer.waitFor({ state: 'detached' });
  await expect.poll(() => page.evaluate(() => document.activeElement?.ariaLabel)).toBe(words.app.nearby);
});

test('a token in the address identifies the user and is removed from the address', async () => {
  const secret = 's'.repeat(32);
  await using earshot = await startEmbedded({ env: { JWT_SECRET: secret, HOST: '127.0.0.1' } });
  await using browser = await openBrowser();
  const tokenOf = (subject: string, name: string) =>
    new SignJWT({ name })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(subject)
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(secret));
  const { page } = await browser.visit(earshot.a.url, { path: `#token=${await tokenOf('ada', 'Ada Lovelace')}` });
  await page.getByText(words.welcome.locationTitle('Ada Lovelace')).waitFor();
  expect(page.url()).not.toContain('token');

  const base = page.url();
  const open = async (token: string) => {
    await page.goto('about:blank');
    await page.goto(`${base}#token=${token}`);
  };
  await open(await tokenOf('ada', 'Ada L.'));
  await page.getByText(words.welcome.locationTitle('Ada L.')).waitFor();
  await open(await tokenOf('eve', 'Eve'));
  await button(page, words.welcome.go).waitFor();
  expect(await storedIdentity(page)).toContain('"ada"');
  await button(page, words.welcome.go).click();
  await page.getByText(words.welcome.locationTitle('Eve')).waitFor();

  const visitor = await browser.visit(earshot.a.url);
  await visitor.page.getByLabel(words.welcome.tokenLabel).fill('a name');
  await visitor.page.keyboard.press('Enter');
  await visitor.page.getByRole('alert').filter({ hasText: words.errors.messages.TOKEN_UNREADABLE }).waitFor();
});

test('language and appearance follow the device until the user chooses them', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const { page, problems } = await browser.visit(earshot.a.url, {
    browser: { ...phone, locale: 'de-AT', colorScheme: 'dark' },
  });
  const appearance = () =>
    page.evaluate(() => [document.documentElement.lang, getComputedStyle(document.documentElement).backgroundColor]);
  const dark = 'rgb(14, 19, 21)';
  await page.getByLabel(de.welcome.nameLabel).waitFor();
  expect(await appearance()).toEqual(['de', dark]);

  await page.getByLabel(de.app.language).selectOption('en');
  await page.getByLabel(words.app.theme).selectOption('light');
  await page.reload();
  await page.getByLabel(words.welcome.nameLabel).waitFor();
  const [language, background] = await appearance();
  expect(language).toBe('en');
  expect(background).not.toBe(dark);
  expect(problems).toEqual([]);
});

test('starting over forgets the user', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const { page } = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  await button(page, words.app.settings).click();
  await button(page, words.app.startOver).click();
  await page.getByLabel(words.welcome.nameLabel).waitFor();
  expect(await page.evaluate(() => localStorage.getItem('earshot.place'))).toBeNull();
});
