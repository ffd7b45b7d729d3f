import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { token as tokenText } from '../../../packages/web/src/text/en/token.ts';
import { work } from '../../../packages/web/src/text/en/work.ts';
import { violations } from '../../resources/axe.ts';
import { composer, enterNearest, openBrowser, phone, say, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { issuedTokens, signToken, tokenSecret } from '../../resources/tokens.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000);
/** A guest's token of 24 hours that ends in that many seconds. */
const guestToken = (userId: string, seconds: number) =>
  new SignJWT({ username: 'Ada' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt(inSeconds(seconds - 86_400))
    .setExpirationTime(inSeconds(seconds))
    .sign(new TextEncoder().encode(tokenSecret));
const storedIdentity = async (page: Page): Promise<{ token: string; user: { userId: string } }> =>
  JSON.parse(await page.evaluate(() => localStorage.getItem('earshot.identity') ?? 'null'));

test('a token that ends soon is replaced without a new connection, and the draft stays', async () => {
  await using earshot = await startEmbedded({ env: issuedTokens });
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, {
    place: somewhere(),
    path: `#token=${await signToken('ada', inSeconds(16))}`,
    browser: { ...phone, reducedMotion: 'reduce' },
  });
  const { page } = ada;
  await enterNearest(ada);
  await composer(page).fill('a draft');
  const sockets = () => ada.requests.filter((url) => url.startsWith('ws')).length;
  const connected = sockets();
  await button(page, tokenText.enter).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(words.welcome.tokenLabel).fill(await signToken('ada', '1h'));
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: words.welcome.go, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await button(page, tokenText.enter).waitFor({ state: 'detached' });
  expect(await composer(page).inputValue()).toBe('a draft');
  await say(ada, 'Still here');
  await page.getByRole('article').filter({ hasText: 'Still here' }).waitFor();
  expect(sockets()).toBe(connected);
});

test('a guest stays the same user: the token is renewed ahead of its end, and after a day without the page', async () => {
  await using earshot = await startEmbedded({ env: issuedTokens });
  await using browser = await openBrowser();
  const userId = `guest-${randomUUID()}`;
  const first = await guestToken(userId, 60);
  const ada = await browser.visit(earshot.a.url, { place: somewhere(), path: `#token=${first}` });
  const { page } = ada;
  await enterNearest(ada);
  await expect.poll(async () => (await storedIdentity(page)).token).not.toBe(first);
  expect((await storedIdentity(page)).user.userId).toBe(userId);

  const expired = await guestToken(userId, -3_600);
  await page.evaluate(
    (identity) => localStorage.setItem('earshot.identity', identity),
    JSON.stringify({ ...(await storedIdentity(page)), token: expired }),
  );
  await page.reload();
  await composer(page).waitFor();
  await say(ada, 'Back again');
  await page.getByRole('img', { name: words.room.sending }).waitFor({ state: 'detached' });
  const { token, user } = await storedIdentity(page);
  expect([token === expired, user.userId]).toEqual([false, userId]);
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('unsent messages of a guest whose token has expired are sent once, after it is renewed', async () => {
  await using earshot = await startEmbedded({ env: issuedTokens });
  await using browser = await openBrowser();
  const userId = `guest-${randomUUID()}`;
  const path = `#token=${await guestToken(userId, 3_600)}`;
  const ada = await browser.visit(earshot.a.url, { place: somewhere(), path });
  const { page } = ada;
  const sent = () => page.getByRole('img', { name: words.room.sending }).last().waitFor({ state: 'detached' });
  await enterNearest(ada);
  await say(ada, 'In time');
  await page.getByRole('article').filter({ hasText: 'In time' }).waitFor();
  await sent();
  ada.proxy.cut();
  await page
    .getByRole('status')
    .filter({ hasText: words.connection.offline(0) })
    .waitFor();
  const late = ['Too late', 'Later', 'Latest'];
  for (const text of late) await say(ada, text);
  await page.getByRole('article').filter({ hasText: 'Latest' }).waitFor();

  const expired = await guestToken(userId, -3_600);
  await page.evaluate(
    (identity) => localStorage.setItem('earshot.identity', identity),
    JSON.stringify({ ...(await storedIdentity(page)), token: expired }),
  );
  const url = page.url();
  await page.goto('about:blank');
  ada.proxy.mend();
  await page.goto(url);
  for (const text of late) await page.getByRole('article').filter({ hasText: text }).waitFor();
  await sent();
  const { token, user } = await storedIdentity(page);
  expect([token === expired, user.userId]).toEqual([false, userId]);
  using sameUser = stockClient(earshot.a.url, { token });
  const roomId = new URL(url).hash.replace('#/room/', '');
  await expect
    .poll(async () => (await sameUser.api.messages.history.query({ roomId })).messages.map(({ content }) => content))
    .toEqual(['In time', ...late]);
  const { messages } = await sameUser.api.messages.history.query({ roomId });
  expect(new Set(messages.map((message) => message.userId))).toEqual(new Set([userId]));
  await expect.poll(() => page.getByRole('article').count()).toBe(4);
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('a proof of work shows its progress, and can be cancelled', async () => {
  await using earshot = await startEmbedded({ env: { ...issuedTokens, GUEST_CHALLENGE: '28' } });
  await using browser = await openBrowser();
  const { page } = await browser.visit(earshot.a.url, { place: somewhere() });
  await page.getByLabel(words.welcome.nameLabel).fill('Ada');
  await button(page, words.welcome.go).click();
  const bar = page.getByRole('progressbar', { name: work.progress });
  await bar.waitFor();
  expect(await violations(page)).toEqual([]);
  const value = () => bar.evaluate((element) => (element instanceof HTMLProgressElement ? element.value : 0));
  const before = await value();
  await expect.poll(value).toBeGreaterThan(before);
  await button(page, work.cancel).click();
  await bar.waitFor({ state: 'detached' });
  await button(page, words.welcome.go).waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});
