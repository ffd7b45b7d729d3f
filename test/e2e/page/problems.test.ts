import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launch } from '../../resources/browser.ts';
import { enterNearest, openBrowser, say, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { stockClient } from '../../resources/stockClient.ts';

// Whatever goes wrong: the page says what, in words of its own, and there is a way on that works.

type Problem = keyof typeof words.errors.words;

const told = (page: Page, problem: Problem) => page.getByRole('alert').filter({ hasText: words.errors.words[problem] });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const message = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });
const sending = (page: Page) => page.getByRole('img', { name: words.room.sending });

test('a device that may not tell its place: another can be chosen', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const { page } = await browser.visit(earshot.a.url, { name: 'Ada' });
  await button(page, words.welcome.share).click();
  await told(page, 'PLACE_DENIED').waitFor();
  await button(page, words.welcome.choose).click();
  await page.getByLabel(words.place.field).fill('52.52, 13.405');
  await button(page, words.place.use).click();
  await button(page, words.radar.open).waitFor();
});

test('a name that somebody else here has: it can be kept or changed', async () => {
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
  for (const one of [first.page, page]) await told(one, 'NAME_TAKEN').waitFor();
  await button(first.page, words.room.stay).click();
  await told(first.page, 'NAME_TAKEN').waitFor({ state: 'detached' });

  await say(second, 'Under the first name');
  await button(page, words.room.rename).click();
  await page.getByRole('dialog').getByLabel(words.welcome.nameLabel).fill('Ada L.');
  await page.getByRole('dialog').getByRole('button', { name: words.welcome.rename }).click();
  for (const one of [first.page, page]) await told(one, 'NAME_TAKEN').waitFor({ state: 'detached' });
  await say(second, 'Now I am somebody else');
  await message(first.page, 'Now I am somebody else').getByText('Ada L.').waitFor();
  for (const text of ['Under the first name', 'Now I am somebody else']) {
    expect(await message(page, text).getAttribute('aria-label')).toContain(words.room.ownMessage(''));
  }
});

test('a full room: one may wait, and is let in when there is a place, or go back', async () => {
  await using earshot = await startEmbedded({ env: { ROOM_CAPACITY: '1' } });
  await using browser = await openBrowser();
  const place = somewhere();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place });
  await enterNearest(ada);
  const room = new URL(ada.page.url()).hash;
  const bob = await browser.visit(earshot.a.url, { name: 'Bob', place, path: room });
  await told(bob.page, 'ROOM_FULL').waitFor();
  await button(bob.page, words.errors.back).click();
  await button(bob.page, words.radar.join).waitFor();
  await bob.page.goBack();
  await told(bob.page, 'ROOM_FULL').waitFor();
  await button(ada.page, words.room.leaveRoom).click();
  await button(ada.page, words.room.leave).click();
  await told(bob.page, 'ROOM_FULL').waitFor({ state: 'detached', timeout: 20_000 });
  await say(bob, 'In at last');
  await message(bob.page, 'In at last').waitFor();
});

// These three wait for seconds to pass.

test.concurrent('too much at once: messages go out by themselves, a refused reaction says how long to wait', async ({
  expect,
}) => {
  await using earshot = await startEmbedded({ env: { SEND_RATE: '0.1', SEND_BURST: '2' } });
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  const { page } = ada;
  await enterNearest(ada);
  for (const text of ['one', 'two', 'three']) await say(ada, text);
  await page.getByText(new RegExp(`^${words.room.tooMuch} .* in \\d+ seconds`)).waitFor();
  const one = message(page, 'one');
  await sending(page).last().waitFor({ state: 'detached' });
  await one.hover();
  await one.getByRole('button', { name: words.room.react }).click();
  await page.getByRole('button', { name: '👍' }).click();
  await page.getByRole('alert').filter({ hasText: words.errors.words.RATE_LIMITED }).waitFor();
  expect(await page.getByText(/^That was a lot at once\. Wait (a second|\d+ seconds)\.$/).count()).toBeGreaterThan(0);
  await button(page, words.room.dismiss).click();
  await told(page, 'RATE_LIMITED').waitFor({ state: 'detached' });
});

test.concurrent('a token that has run out: with another one it goes on', async ({ expect }) => {
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
  await told(page, 'TOKEN_EXPIRED').waitFor();
  await say(ada, 'Written meanwhile');
  await message(page, 'Written meanwhile').waitFor();
  await expect.poll(() => page.getByRole('alert').count()).toBe(1);
  await button(page, words.errors.renew).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(words.welcome.tokenLabel).fill('not a token');
  await button(page, words.welcome.go).click();
  await told(page, 'TOKEN_UNREADABLE').waitFor();
  await dialog.getByLabel(words.welcome.tokenLabel).fill(await token(600));
  await button(page, words.welcome.go).click();
  await told(page, 'TOKEN_EXPIRED').first().waitFor({ state: 'detached' });
  await say(ada, 'Here again');
  await message(page, 'Here again').waitFor();
  await sending(page).last().waitFor({ state: 'detached' });
});

test.concurrent('a guest whose visit has expired renews it, and is the same user: what waits goes out once', async ({
  expect,
}) => {
  const secret = 'a secret of at least thirty-two bytes';
  const userId = `guest-${randomUUID()}`;
  const end = Math.floor(Date.now() / 1_000) + 12;
  const token = await new SignJWT({ username: 'Ada' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt(end - 86_400)
    .setExpirationTime(end)
    .sign(new TextEncoder().encode(secret));
  await using earshot = await startEmbedded({ env: { JWT_SECRET: secret, ALLOW_GUESTS: 'true', HOST: '127.0.0.1' } });
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { place: somewhere(), path: `#token=${token}` });
  const { page } = ada;
  await enterNearest(ada);
  await say(ada, 'In time');
  await message(page, 'In time').waitFor();
  await sending(page).last().waitFor({ state: 'detached' });
  ada.proxy.cut();
  await page
    .getByRole('status')
    .filter({ hasText: words.connection.offline(0) })
    .waitFor();
  await say(ada, 'Too late');
  const leeway = 5;
  await expect.poll(() => Date.now() > (end + leeway) * 1_000, { timeout: 25_000 }).toBe(true);
  ada.proxy.mend();
  await told(page, 'TOKEN_EXPIRED').first().waitFor({ timeout: 20_000 });
  await button(page, words.errors.renew).first().click();
  await told(page, 'TOKEN_EXPIRED').first().waitFor({ state: 'detached' });
  await say(ada, 'And on');
  await message(page, 'And on').waitFor();
  await sending(page).last().waitFor({ state: 'detached' });

  const kept = await page.evaluate(() => localStorage.getItem('earshot.identity') ?? '');
  using same = stockClient(earshot.a.url, { token: JSON.parse(kept).token });
  const { room } = await same.api.rooms.join.mutate({ roomId: new URL(page.url()).hash.replace('#/room/', '') });
  const { messages } = await same.api.messages.history.query({ roomId: room.id });
  expect(messages.map((one) => [one.userId, one.content])).toEqual([
    [userId, 'In time'],
    [userId, 'Too late'],
    [userId, 'And on'],
  ]);
  await expect.poll(() => page.getByRole('article').allInnerTexts()).toHaveLength(3);
});

test('a token that was no good from the start: another one is asked for, nothing is to be renewed', async () => {
  await using earshot = await startEmbedded({ env: { JWT_SECRET: 'a secret of at least thirty-two bytes' } });
  await using browser = await openBrowser();
  const sign = (seconds: number, secret: string) =>
    new SignJWT({ username: 'Ada' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('ada')
      .setExpirationTime(new Date(Date.now() + seconds * 1_000))
      .sign(new TextEncoder().encode(secret));
  const old = await sign(-600, 'a secret of at least thirty-two bytes');
  const { page } = await browser.visit(earshot.a.url, { place: somewhere(), path: `#token=${old}` });
  await told(page, 'TOKEN_TOO_OLD').waitFor();
  await page.getByLabel(words.welcome.tokenLabel).fill(await sign(600, 'another secret of thirty-two bytes'));
  await button(page, words.welcome.go).click();
  await told(page, 'TOKEN_REFUSED').waitFor();
});

test('an address that the server works with no page of: the page says so instead of being offline', async () => {
  await using earshot = await startEmbedded({ env: { ALLOWED_ORIGINS: 'https://chat.example' } });
  await using browser = await openBrowser();
  const { page } = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  await told(page, 'ORIGIN_REFUSED').waitFor();
  const asked = page.waitForResponse(/page\.json/);
  await button(page, words.errors.retry).click();
  expect((await asked).status()).toBe(403);
  await told(page, 'ORIGIN_REFUSED').waitFor();
});

test('a name that the server does not answer to: the page says so, and a page of that name reads nothing', async () => {
  await using earshot = await startEmbedded();
  const browser = await launch(['--host-resolver-rules=MAP chat.test 127.0.0.1']);
  await using _ = { [Symbol.asyncDispose]: () => browser.close() };
  const page = await browser.newPage({ locale: 'en-GB' });
  await page.goto(earshot.a.url.replace('127.0.0.1', 'chat.test'));
  await told(page, 'HOST_REFUSED').waitFor();
  expect(await page.evaluate(async () => (await fetch('/api/messages/lobby')).status)).toBe(403);
});

test('a server that is out of reach: the page says so, tries again by itself or when asked, and is back', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  const { page } = ada;
  await enterNearest(ada);
  const banner = (text: string) => page.getByRole('status').filter({ hasText: text });
  ada.proxy.cut(); // the server alone: the device is online all the time
  await banner(words.connection.offline(0)).waitFor();
  await say(ada, 'Is anybody there?');
  await banner(words.connection.offline(1)).waitFor();
  ada.proxy.mend();
  // The page may have reconnected by itself before the button is clicked. A click on the notice does nothing.
  await button(page, words.connection.tryNow).or(banner(words.connection.back)).first().click();
  await banner(words.connection.back).waitFor();
  await sending(page).last().waitFor({ state: 'detached' });
});

test('a server that is out of reach on the first visit: the name is not lost, and asked for again with a press', async () => {
  await using earshot = await startEmbedded({ env: { ALLOW_GUESTS: 'true' } });
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url);
  const { page } = ada;
  await page.getByLabel(words.welcome.nameLabel).fill('Ada');
  ada.proxy.cut();
  await button(page, words.welcome.go).click();
  await told(page, 'SERVER_UNREACHABLE').waitFor();
  ada.proxy.mend();
  await button(page, words.errors.retry).click();
  await page.getByRole('heading', { name: words.welcome.placeTitle('Ada') }).waitFor();
});
