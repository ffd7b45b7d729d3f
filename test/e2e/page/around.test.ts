import { createEarshotClient, type Location, type RoomWatch } from '@earshot/client';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { around as aroundDe } from '../../../packages/web/src/text/de/around.ts';
import { around } from '../../../packages/web/src/text/en/around.ts';
import { violations } from '../../resources/axe.ts';
import { composer, openBrowser, phone, words } from '../../resources/page.ts';
import { north, somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

/** Bob, in a room at the place and in one two kilometres north. */
async function startRooms(url: string, place: Location) {
  const bob = createEarshotClient({ url, username: 'Bob' });
  const here = await bob.watchRoom({ location: place });
  const there = await bob.watchRoom({ location: north(place, 2_000), searchRadius: 500 });
  return { here, there, [Symbol.asyncDispose]: () => bob.close() };
}

const log = (page: Page) => page.getByRole('log', { name: around.messages });
const open = (page: Page) => page.getByRole('button', { name: words.radar.showAround }).click();
const article = (page: Page, text: string) => log(page).getByRole('article').filter({ hasText: text });
const status = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text });
const hashOf = ({ room }: RoomWatch) => `#/room/${room.id}`;
const hash = (page: Page) => new URL(page.url()).hash;

test('messages of two rooms are one stream with their rooms; a press opens the room, and Back returns', async () => {
  await using earshot = await startEmbedded();
  const place = somewhere();
  await using rooms = await startRooms(earshot.a.url, place);
  await rooms.here.send('from here');
  await rooms.there.send('from there');
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place, browser: phone });
  const { page } = ada;
  await open(page);
  await article(page, 'from there').waitFor();
  expect(await log(page).getByRole('article').allTextContents()).toEqual([
    expect.stringMatching(/Bob.*from here/),
    expect.stringMatching(/Bob.*from there/),
  ]);
  await page
    .getByRole('status')
    .filter({ hasText: around.roomsWithin(2, '5 km') })
    .waitFor();
  await rooms.here.send('something new');
  await article(page, 'something new').waitFor();

  await article(page, 'from there').click();
  await composer(page).waitFor();
  expect(hash(page)).toBe(hashOf(rooms.there));
  await page.goBack();
  await article(page, 'something new').waitFor();
  expect(hash(page)).toBe('#/around');
  await page.reload(); // the view has an address
  await article(page, 'something new').waitFor();
  await page.getByRole('button', { name: words.room.back }).click();
  await page.getByRole('region', { name: words.radar.title }).waitFor();
  expect(ada.problems).toEqual([]);
});

test('by keyboard, in both appearances: arrow keys move, Enter opens the room; axe finds no violation', async () => {
  await using earshot = await startEmbedded();
  const place = somewhere();
  await using rooms = await startRooms(earshot.a.url, place);
  await using browser = await openBrowser();
  for (const colorScheme of ['light', 'dark'] as const) {
    const options = { colorScheme, reducedMotion: 'reduce' } as const;
    const ada = await browser.visit(earshot.a.url, { name: 'Ada', place, path: '#/around', browser: options });
    const { page } = ada;
    if (colorScheme === 'light') {
      await status(page, around.noMessagesHint).waitFor();
      expect(await violations(page)).toEqual([]);
      await rooms.here.send('the first, with https://example.com/a-link');
      await rooms.there.send('the second');
    }
    await article(page, 'the second').waitFor();
    expect(await violations(page)).toEqual([]);
    await article(page, 'the second').focus(); // the newest is the tab stop
    await page.keyboard.press('ArrowUp');
    expect(await article(page, 'the first').evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await composer(page).waitFor();
    expect(hash(page)).toBe(hashOf(rooms.here));
    expect(ada.problems).toEqual([]);
  }
});

test('in German: without rooms it is empty, and offline it keeps what was said and resumes', async () => {
  await using earshot = await startEmbedded();
  const place = somewhere();
  await using browser = await openBrowser();
  const german = { locale: 'de-DE' };
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place, path: '#/around', browser: german });
  const { page } = ada;
  await status(page, aroundDe.noRoomsHint('5 km')).waitFor();
  await using rooms = await startRooms(earshot.a.url, place);
  await rooms.here.send('before');
  const said = (text: string) => page.getByRole('article').filter({ hasText: text });
  await said('before').waitFor();
  await ada.cut();
  await rooms.there.send('meanwhile');
  await said('before').waitFor();
  await ada.mend();
  await said('meanwhile').waitFor();
  expect(await said('before').count()).toBe(1);
  expect(ada.problems).toEqual([]);
});
