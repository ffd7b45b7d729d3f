import type { Location } from '@earshot/client';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { desktop, openBrowser, phone, say, words } from '../../resources/page.ts';
import { north, somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { stockClient } from '../../resources/stockClient.ts';

// The page itself never scrolls, only its lists. Otherwise the wheel would move the whole page away.

const sizes = { phone, desktop };

async function makeRooms(url: string, place: Location, count: number): Promise<void> {
  using maker = stockClient(url, { username: 'Maker' });
  for (let i = 0; i < count; i += 1) {
    // Some rooms exceed the list's limit.
    const location = north(place, 30 + i * 24);
    await maker.api.rooms.join.mutate({ location, searchRadius: 0 });
  }
}

/** Elements that can be scrolled although they have no scroll bar, with the distance. */
function strayScrolls(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const stray: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('html, body, #root, #root > *, main, main > *')) {
      if (element.matches('.visually-hidden')) continue;
      element.scrollTo({ top: 10_000, behavior: 'instant' });
      if (element.scrollTop > 0) stray.push(`${element.localName}.${element.className}: ${element.scrollTop} px`);
    }
    return stray;
  });
}

/** Turns the wheel far down over several points of the page. */
async function turnWheel(page: Page): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  for (const [x, y] of [
    [width / 8, height / 2],
    [width / 2, height / 2],
    [width / 2, 20],
  ] as const) {
    await page.mouse.move(x, y);
    for (let turns = 0; turns < 12; turns += 1) await page.mouse.wheel(0, 900);
  }
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

describe.each(['phone', 'desktop'] as const)('%s', (size) => {
  test.each([0, 1, 38, 200])('with %i nearby rooms, the page does not scroll', async (count) => {
    await using earshot = await startEmbedded();
    await using browser = await openBrowser();
    const place = somewhere();
    await makeRooms(earshot.a.url, place, count);
    const { page, problems } = await browser.visit(earshot.a.url, { name: 'Ada', place, browser: sizes[size] });
    const rooms = page.getByRole('list', { name: words.radar.list }).getByRole('button');
    const offer = page.getByRole('button', { name: count === 0 ? words.radar.create : words.radar.join, exact: true });
    await offer.waitFor();
    await expect.poll(() => rooms.count()).toBe(Math.min(count, 100));

    await turnWheel(page);
    const settings = page.getByRole('button', { name: words.app.settings });
    expect(await page.evaluate(() => scrollY)).toBe(0);
    expect(await strayScrolls(page)).toEqual([]);
    expect((await settings.boundingBox())?.y).toBeGreaterThanOrEqual(0);
    if (count > 0) {
      const last = await rooms.last().boundingBox();
      expect(last?.y).toBeLessThan(page.viewportSize()?.height ?? 0); // the wheel scrolled the list instead
    }
    expect(problems).toEqual([]);
  });

  test('in a long room, the page does not scroll', async () => {
    await using earshot = await startEmbedded();
    await using browser = await openBrowser();
    const place = somewhere();
    using bob = stockClient(earshot.a.url, { username: 'Bob' });
    const { room } = await bob.api.rooms.join.mutate({ location: place });
    for (let i = 0; i < 60; i += 1) {
      const { id } = await bob.api.messages.send.mutate({ roomId: room.id, content: `message ${i}` });
      await bob.api.messages.react.mutate({ roomId: room.id, messageId: id, emoji: '👍', on: true });
    }
    const ada = await browser.visit(earshot.a.url, { name: 'Ada', path: `#/room/${room.id}`, browser: sizes[size] });
    await say(ada, 'Hello');
    await ada.page.getByRole('article').filter({ hasText: 'Hello' }).waitFor();
    await turnWheel(ada.page);
    expect(await ada.page.evaluate(() => scrollY)).toBe(0);
    expect(await strayScrolls(ada.page)).toEqual([]);
  });
});
