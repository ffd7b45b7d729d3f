import { SignJWT } from 'jose';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launch } from '../../resources/browser.ts';
import { enterNearest, openBrowser, pickerWords, say, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

// For every problem the page describes it in its own words and offers a recovery that works.

type Problem = keyof typeof words.errors.messages;

const problemAlert = (page: Page, problem: Problem) =>
  page.getByRole('alert').filter({ hasText: words.errors.messages[problem] });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const message = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });
const sending = (page: Page) => page.getByRole('img', { name: words.room.sending });

test('location access is denied: another place can be chosen', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const { page } = await browser.visit(earshot.a.url, { name: 'Ada' });
  await button(page, words.welcome.share).click();
  await problemAlert(page, 'LOCATION_DENIED').waitFor();
  await button(page, words.welcome.choose).click();
  await page.getByLabel(pickerWords.field).fill('52.52, 13.405');
  await button(page, pickerWords.use).click();
  await button(page, words.radar.create).waitFor();
});

test('a name is taken in the room: it can be kept or changed', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const place = somewhere();
  const first = await browser.visit(earshot.a.url, { name: 'Ada', place });
  await enterNearest(first);
  const second = await browser.visit(earshot.a.url, { place });
  const { page } = second;
  await page.getByLabel(words.welcome.nameLabel).fill('Ada');
  await button(page, words.welcome.go).click();
  await enterNearest(second);
  for (const one of [first.page, page]) await problemAlert(one, 'NAME_TAKEN').waitFor();
  await button(first.page, words.room.stay).click();
  await problemAlert(first.page, 'NAME_TAKEN').waitFor({ state: 'detached' });

  await say(second, 'Under the first name');
  await button(page, words.room.rename).click();
  await page.getByRole('dialog').getByLabel(words.welcome.nameLabel).fill('Ada L.');
  await page.getByRole('dialog').getByRole('button', { name: words.welcome.rename }).click();
  for (const one of [first.page, page]) await problemAlert(one, 'NAME_TAKEN').waitFor({ state: 'detached' });
  await say(second, 'Now I am somebody else');
  await message(first.page, 'Now I am somebody else').getByText('Ada L.').waitFor();
  for (const text of ['Under the first name', 'Now I am somebody else']) {
    expect(await message(page, text).getAttribute('aria-label')).toContain(words.room.ownMessage(''));
  }
});

test('a full room: the user can go back, or waits and is admitted when a member leaves', async () => {
  await using earshot = await startEmbedded({ env: { ROOM_CAPACITY: '1' } });
  await using browser = await openBrowser();
  const place = somewhere();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place });
  await enterNearest(ada);
  const room = new URL(ada.page.url()).hash;
  const bob = await browser.visit(earshot.a.url, { name: 'Bob', place, path: room });
  await problemAlert(bob.page, 'ROOM_FULL').waitFor();
  await button(bob.page, words.errors.back).click();
  await button(bob.page, words.radar.join).waitFor();
  await bob.page.goBack();
  await problemAlert(bob.page, 'ROOM_FULL').waitFor();
  await button(ada.page, words.room.leaveRoom).click();
  await button(ada.page, words.room.leave).click();
  await problemAlert(bob.page, 'ROOM_FULL').waitFor({ state: 'detached', timeout: 20_000 });
  await say(bob, 'In at last');
  await message(bob.page, 'In at last').waitFor();
});

// These two wait several seconds.

test.concurrent('too many messages at once are sent later; a rejected reaction states how long to wait', async ({
  expect,
}) => {
  await using earshot = await startEmbedded({ env: { SEND_RATE: '0.1', SEND_BURST: '2' } });
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  const { page } = ada;
  await enterNearest(ada);
  for (const text of ['one', 'two', 'three']) await say(ada, text);
  await page.getByText(new RegExp(`^${words.room.rateLimited} .* in \\d+ seconds`)).waitFor();
  const one = message(page, 'one');
  await sending(page).last().waitFor({ state: 'detached' });
  await one.hover();
  await one.getByRole('button', { name: words.room.react }).click();
  await page.getByRole('button', { name: '👍' }).click();
  await page.getByRole('alert').filter({ hasText: words.errors.messages.RATE_LIMITED }).waitFor();
  const countdown = /^You’re doing that too fast\. Wait (a second|\d+ seconds)\.$/;
  expect(await page.getByText(countdown).count()).toBeGreaterThan(0);
  await button(page, words.room.dismiss).click();
  await problemAlert(page, 'RATE_LIMITED').waitFor({ state: 'detached' });
});

test.concurrent('an expired token: another one continues the session', async ({ expect }) => {
  const secret = 'a secret of at least thirty-two bytes';
  const token = (seconds: number) =>
    new SignJWT({ username: 'Ada' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('ada')
      .setExpirationTime(new Date(Date.now() + seconds * 1_000))
      .sign(new TextEncoder().encode(secret));
  await using earshot = await startEmbedded({ env: { JWT_SECRET: secret } });
  await using browser = await openBrowser();
  const path = `#token=${await token(10)}`;
  const ada = await browser.visit(earshot.a.url, { place: somewhere(), path });
  const { page } = ada;
  await enterNearest(ada);
  expect(page.url()).not.toContain('token');
  await problemAlert(page, 'TOKEN_EXPIRED').waitFor();
  await say(ada, 'Written meanwhile');
  await message(page, 'Written meanwhile').waitFor();
  await expect.poll(() => page.getByRole('alert').count()).toBe(1);
  await button(page, words.errors.renew).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(words.welcome.tokenLabel).fill('not a token');
  await button(page, words.welcome.go).click();
  await problemAlert(page, 'TOKEN_UNREADABLE').waitFor();
  await dialog.getByLabel(words.welcome.tokenLabel).fill(await token(600));
  await button(page, words.welcome.go).click();
  await problemAlert(page, 'TOKEN_EXPIRED').first().waitFor({ state: 'detached' });
  await say(ada, 'Here again');
  await message(page, 'Here again').waitFor();
  await sending(page).last().waitFor({ state: 'detached' });
});

test('a token that is invalid from the start: the page asks for another one and offers no renewal', async () => {
  await using earshot = await startEmbedded({ env: { JWT_SECRET: 'a secret of at least thirty-two bytes' } });
  await using browser = await openBrowser();
  const sign = (seconds: number, secret: string) =>
    new SignJWT({ username: 'Ada' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('ada')
      .setExpirationTime(new Date(Date.now() + seconds * 1_000))
      .sign(new TextEncoder().encode(secret));
  const expired = await sign(-600, 'a secret of at least thirty-two bytes');
  const { page } = await browser.visit(earshot.a.url, { place: somewhere(), path: `#token=${expired}` });
  await problemAlert(page, 'TOKEN_TOO_OLD').waitFor();
  await page.getByLabel(words.welcome.tokenLabel).fill(await sign(600, 'another secret of thirty-two bytes'));
  await button(page, words.welcome.go).click();
  await problemAlert(page, 'TOKEN_REFUSED').waitFor();
});

test('an origin that the server rejects: the page states that instead of being offline', async () => {
  await using earshot = await startEmbedded({ env: { ALLOWED_ORIGINS: 'https://chat.example' } });
  await using browser = await openBrowser();
  const { page } = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  await problemAlert(page, 'ORIGIN_REFUSED').waitFor();
  const response = page.waitForResponse(/page\.json/);
  await button(page, words.errors.retry).click();
  expect((await response).status()).toBe(403);
  await problemAlert(page, 'ORIGIN_REFUSED').waitFor();
});

test('a host name that the server rejects: the page states that, and pages of that name read nothing', async () => {
  await using earshot = await startEmbedded();
  const browser = await launch(['--host-resolver-rules=MAP chat.test 127.0.0.1']);
  await using _ = { [Symbol.asyncDispose]: () => browser.close() };
  const page = await browser.newPage({ locale: 'en-GB' });
  await page.goto(earshot.a.url.replace('127.0.0.1', 'chat.test'));
  await problemAlert(page, 'HOST_REFUSED').waitFor();
  expect(await page.evaluate(async () => (await fetch('/api/messages/lobby')).status)).toBe(403);
});

test('an unreachable server: the page states that, reconnects automatically or by click, and recovers', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  const { page } = ada;
  await enterNearest(ada);
  const banner = (text: string) => page.getByRole('status').filter({ hasText: text });
  ada.proxy.cut(); // only the server is cut off: the device stays online
  await banner(words.connection.offline(0)).waitFor();
  await say(ada, 'Is anybody there?');
  await banner(words.connection.offline(1)).waitFor();
  ada.proxy.mend();
  // The page may reconnect by itself before or while the button is clicked. The button then disappears, and the click never ends.
  const back = banner(words.connection.back).waitFor();
  await Promise.race([back, button(page, words.connection.tryNow).click()]);
  await back;
  await sending(page).last().waitFor({ state: 'detached' });
});

test('an unreachable server on the first visit: the page keeps the name, and a click retries', async () => {
  await using earshot = await startEmbedded({ env: { ALLOW_GUESTS: 'true' } });
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url);
  const { page } = ada;
  await page.getByLabel(words.welcome.nameLabel).fill('Ada');
  ada.proxy.cut();
  await button(page, words.welcome.go).click();
  await problemAlert(page, 'SERVER_UNREACHABLE').waitFor();
  ada.proxy.mend();
  await button(page, words.errors.retry).click();
  await page.getByRole('heading', { name: words.welcome.locationTitle('Ada') }).waitFor();
});
