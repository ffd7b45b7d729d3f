import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { composer, enterNearest, openBrowser, say, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** The names of what this browser keeps of rooms, and how many messages it has to send. */
function kept(page: Page) {
  return page.evaluate(async () => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const opening = indexedDB.open('earshot-outbox');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const counting = database.transaction('messages').objectStore('messages').count();
      counting.onsuccess = () => {
        database.close();
        resolve(counting.result);
      };
    };
    const unsent = await promise;
    const rooms = Object.keys(localStorage).filter((key) => /^earshot\.(seen|draft|sameName)\./.test(key));
    return { unsent, rooms: rooms.map((key) => key.split('.')[1]).toSorted() };
  });
}

test('starting over asks first where messages wait, and leaves nothing of who was here', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  const { page } = ada;
  await enterNearest(ada);
  await say(ada, 'Heard');
  await page.getByRole('img', { name: words.room.sending }).waitFor({ state: 'detached' });
  await ada.cut();
  await say(ada, 'one');
  await say(ada, 'two');
  await composer(page).fill('only begun');
  await expect.poll(() => kept(page)).toEqual({ unsent: 2, rooms: ['draft', 'seen'] });

  await button(page, words.app.settings).click();
  await button(page, words.app.startOver).click();
  const warning = page.getByRole('alert').filter({ hasText: words.app.startOverLoses(2) });
  await warning.waitFor();
  const keep = button(page, words.app.keepUnsent);
  expect(await keep.evaluate((element) => element === document.activeElement)).toBe(true);
  await keep.click();
  await warning.waitFor({ state: 'detached' });
  expect(await kept(page)).toEqual({ unsent: 2, rooms: ['draft', 'seen'] });

  await button(page, words.app.startOver).click();
  await button(page, words.app.startOverAnyway).click();
  await page.getByLabel(words.welcome.nameLabel).waitFor();
  await expect.poll(() => kept(page)).toEqual({ unsent: 0, rooms: [] });
});

test('starting over asks nothing where nothing is lost; what one user began to write is not the next one’s', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  const { page } = ada;
  await enterNearest(ada);
  await composer(page).fill('only begun');
  const become = (name: string) =>
    page.evaluate((username) => {
      const identity = { token: null, user: { userId: `id-${username}`, username } };
      localStorage.setItem('earshot.identity', JSON.stringify(identity));
    }, name);
  await become('Bob');
  await page.reload();
  await composer(page).waitFor();
  expect(await composer(page).inputValue()).toBe('');
  await become('Ada');
  await page.reload();
  await composer(page).waitFor();
  expect(await composer(page).inputValue()).toBe('only begun');

  await button(page, words.app.settings).click();
  await button(page, words.app.startOver).click();
  await page.getByLabel(words.welcome.nameLabel).waitFor();
});
