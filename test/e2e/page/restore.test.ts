import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { folderSite } from '../../resources/backups.ts';
import { openBrowser, visibleTexts, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startServer } from '../../resources/server.ts';
import { stockClient } from '../../resources/stockClient.ts';

test('after a backup is restored, new messages are unread and announced, though lost ones had their numbers', async () => {
  await using site = await folderSite();
  const previous = await startServer({ env: site.env });
  const start = () => startServer({ env: { ...site.env, PORT: new URL(previous.url).port } });
  using bob = stockClient(previous.url, { username: 'Bob' });
  const roomId = (await bob.api.rooms.join.mutate({ location: somewhere() })).room.id;
  const say = async (contents: readonly string[]) => {
    for (const content of contents) await bob.api.messages.send.mutate({ roomId, content });
  };
  const backedUp = ['kept 1', 'kept 2', 'kept 3', 'kept 4', 'kept 5'];
  const lost = ['lost 6', 'lost 7', 'lost 8', 'lost 9', 'lost 10'];
  const newMessages = ['new 6', 'new 7', 'new 8'];
  for (const username of ['Ada', 'Mira']) {
    using member = stockClient(previous.url, { username, userId: `id-${username}` });
    await member.api.rooms.join.mutate({ roomId });
  }
  await say(backedUp);
  await previous.close();
  const restore = await site.backUp();

  const server = await start();
  await using browser = await openBrowser();
  const path = `#/room/${roomId}`;
  const ada = await browser.visit(server.url, { name: 'Ada', path });
  const mira = await browser.visit(server.url, { name: 'Mira', path });
  await ada.page.getByRole('button', { name: words.room.peopleHere(2) }).waitFor();
  await say(lost);
  const allMessages = [...backedUp, ...lost, ...newMessages];
  for (const visitor of [ada, mira])
    await expect.poll(() => visibleTexts(visitor, allMessages)).toEqual([...backedUp, ...lost]);
  const seenPosition = (page: Page) => page.evaluate((key) => localStorage.getItem(key), `earshot.seen.${roomId}`);
  for (const { page } of [ada, mira]) await expect.poll(() => seenPosition(page)).toMatch(/^10\b/);
  const origin = new URL(mira.page.url()).origin;
  await mira.page.goto('about:blank');
  ada.proxy.cut();
  await server.close();
  await restore();
  await using _restored = await start();
  await say(newMessages);

  ada.proxy.mend();
  await mira.page.goto(`${origin}/${path}`);
  for (const visitor of [ada, mira]) {
    await expect.poll(() => visibleTexts(visitor, allMessages)).toEqual([...backedUp, ...newMessages]);
    const unreadLineText = visitor.page.getByText(words.room.unreadLine, { exact: true });
    await unreadLineText.waitFor();
    const row = visitor.page.locator('[data-row]').filter({ has: unreadLineText });
    expect(await row.textContent()).toContain('new 6');
  }
  const announcement = ada.page.locator('p[aria-live="polite"]').filter({ hasText: 'new 6' });
  await announcement.waitFor({ state: 'attached' });
  const announced = newMessages.map((text) => words.room.announced('Bob', text));
  expect(await announcement.textContent()).toBe(announced.join('\n'));
});
