import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Location } from '@earshot/client';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openBrowser, pickerWords, words } from '../../resources/page.ts';
import { startEmbedded } from '../../resources/server.ts';

/** An image of one pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** Starts a tile server, on another origin than the page's. */
async function startTiles() {
  const requestedPaths: string[] = [];
  const server = createServer((request, response) => {
    requestedPaths.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'image/png', 'access-control-allow-origin': '*' }).end(png);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the tile server has no port');
  return {
    requestedPaths,
    origin: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const field = (page: Page) => page.getByLabel(pickerWords.field);

async function openMap(page: Page): Promise<void> {
  await page.getByRole('button', { name: words.welcome.choose }).click();
  await field(page).fill('52.52, 13.405');
}

/** Drags the map by so many pixels. */
async function drag(page: Page, map: string, { right, down }: { right: number; down: number }): Promise<void> {
  const box = await page.getByRole('dialog').locator(map).boundingBox();
  if (box === null) throw new Error('there is no map');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + right / 2, y + down / 2);
  await page.mouse.move(x + right, y + down);
  await page.mouse.up();
}

const chosen = async (page: Page) => (await field(page).inputValue()).split(', ').map(Number);

test('a place is chosen by dragging the map under the pin', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const { page, problems } = await browser.visit(earshot.a.url, { name: 'Ada' });
  await openMap(page);
  await drag(page, `[aria-label="${words.location.map}"]`, { right: 80, down: 40 });
  const [latitude = 0, longitude = 0] = await chosen(page);
  expect([latitude > 52.52, longitude < 13.405]).toEqual([true, true]);
  await page.getByRole('button', { name: pickerWords.use }).click();
  await page.getByRole('button', { name: words.radar.create, exact: true }).waitFor();
  const storedPlace = await page.evaluate(() => localStorage.getItem('earshot.place'));
  const { location }: { location: Location } = JSON.parse(storedPlace ?? '{}');
  // The page stores it rounded to 0.005 degrees.
  expect(Math.abs(location.latitude - latitude)).toBeLessThan(0.003);
  expect(Math.abs(location.longitude - longitude)).toBeLessThan(0.003);
  expect(problems).toEqual([]);
});

test('a configured tile server’s map can be dragged and lies under the radar; no other host is requested', async () => {
  await using tiles = await startTiles();
  const env = { MAP_TILE_URL: `${tiles.origin}/{z}/{x}/{y}.png`, MAP_ATTRIBUTION: 'Somebody’s map' };
  await using earshot = await startEmbedded({ env });
  await using browser = await openBrowser();
  const { page, problems, requests } = await browser.visit(earshot.a.url, { name: 'Ada' });
  await openMap(page);
  await page.getByText('Somebody’s map').waitFor();
  await expect.poll(() => tiles.requestedPaths.length).toBeGreaterThan(0);
  expect(tiles.requestedPaths.every((url) => /^\/\d+\/\d+\/\d+\.png$/.test(url))).toBe(true);
  await drag(page, 'canvas', { right: 80, down: 40 });
  await expect.poll(async () => (await chosen(page))[0]).toBeGreaterThan(52.52);
  await page.getByRole('button', { name: pickerWords.use }).click();
  await page.getByRole('button', { name: words.radar.create, exact: true }).waitFor();
  await page.getByRole('region', { name: words.radar.title }).locator('canvas').waitFor();
  const hosts = new Set(requests.map((url) => new URL(url).host));
  expect(hosts).toEqual(new Set([new URL(page.url()).host, new URL(tiles.origin).host]));
  // Without a graphics card Chromium draws slowly and logs a warning.
  expect(problems.filter((text) => !text.includes('GL Driver Message'))).toEqual([]);
});
