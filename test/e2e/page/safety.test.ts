import { SignJWT } from 'jose';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { safety as german } from '../../../packages/web/src/text/de/safety.ts';
import { safety } from '../../../packages/web/src/text/en/safety.ts';
import { violations } from '../../resources/axe.ts';
import { desktop, enterNearest, openBrowser, say, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { checkedTokens, tokenSecret } from '../../resources/tokens.ts';

const sign = (userId: string, username: string, roles: string[] = []) =>
  new SignJWT({ username, roles })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(tokenSecret));

const article = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });

test('by keyboard, a message is reported and its author blocked', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const place = somewhere();
  const ada = await browser.visit(earshot.a.url, { place, path: `#token=${await sign('ada', 'Ada')}` });
  await enterNearest(ada);
  await say(ada, 'my own');
  const bob = await browser.visit(earshot.a.url, { place, path: `#token=${await sign('bob', 'Bob')}` });
  await enterNearest(bob);
  await say(bob, 'buy now');
  const { page } = ada;
  await article(page, 'buy now').waitFor();
  expect(await article(page, 'my own').getByRole('button', { name: words.room.more }).count()).toBe(0);

  await article(page, 'buy now').focus();
  await article(page, 'buy now').getByRole('button', { name: words.room.more }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: safety.reportMessage }).press('Enter');
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('radio');
  await page.keyboard.press('Space');
  await dialog.getByLabel(safety.note).fill('for the third time');
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: safety.send }).press('Enter');
  await dialog.getByRole('status').filter({ hasText: safety.sent }).waitFor();
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  using moderator = stockClient(earshot.a.url, { token: await sign('mo', 'Mo', ['moderator']) });
  const { reports } = await moderator.api.reports.list.query({ scope: { type: 'server' } });
  expect(reports).toMatchObject([
    { reason: 'spam', note: 'for the third time', subject: { userId: 'bob' }, message: { content: 'buy now' } },
  ]);

  await article(page, 'buy now').getByRole('button', { name: words.room.more }).press('Enter');
  await dialog.getByRole('button', { name: safety.block, exact: true }).press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await article(page, 'buy now').waitFor({ state: 'detached' });
  await article(page, 'my own').waitFor();
  expect(ada.problems).toEqual([]);
});

test('a user is reported from the list of users present, in German', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const place = somewhere();
  const bob = await browser.visit(earshot.a.url, { name: 'Bob', place });
  await enterNearest(bob);
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place, browser: { ...desktop, locale: 'de-DE' } });
  const { page } = ada;
  await page
    .getByRole('button', { name: /betreten|Beitreten/i })
    .first()
    .click();
  await page.getByRole('button', { name: '2 hier' }).click();
  const people = page.getByRole('dialog').first();
  await people.getByRole('button', { name: /Bob/ }).click();
  const dialog = page.getByRole('dialog').last();
  await dialog.getByRole('button', { name: german.reportPerson }).click();
  await dialog.getByLabel(german.reasons.other).check();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: german.send }).click();
  await dialog.getByRole('status').filter({ hasText: german.sent }).waitFor();
  await page.keyboard.press('Escape');
  await people.getByRole('button', { name: /Bob/ }).waitFor();
  expect(ada.problems).toEqual([]);
});
