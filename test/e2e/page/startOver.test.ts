import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { composer, enterNearest, openBrowser, say, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** The kinds of room data that the browser stores, and the number of unsent messages. */
function storedData(page: Page) {
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

test('starting over asks first if messages are unsent, and removes all data of the user', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  const { page } = ada;
  await enterNearest(ada);
  await say(ada, 'Received');
  await page.getByRole('img', { name: words.room.sending }).waitFor({ state: 'detached' });
  await ada.cut();
  await say(ada, 'one');
  await say(ada, 'two');
  await composer(page).fill('a draft');
  await expect.poll(() => storedData(page)).toEqual({ unsent: 2, rooms: ['draft', 'seen'] });

  await button(page, words.app.settings).click();
  await button(page, words.app.startOver).click();
  const warning = page.getByRole('alert').filter({ hasText: words.app.startOverLoses(2) });
  await warning.waitFor();
  const keepButton = button(page, words.app.keepUnsent);
  expect(await keepButton.evaluate((element) => element === document.activeElement)).toBe(true);
  await keepButton.click();
  await warning.waitFor({ state: 'detached' });
  expect(await storedData(page)).toEqual({ unsent: 2, rooms: ['draft', 'seen'] });

  await button(page, words.app.startOver).click();
  await button(page, words.app.startOverAnyway).click();
  await page.getByLabel(words.welcome.nameLabel).waitFor();
  await expect.poll(() => storedData(page)).toEqual({ unsent: 0, rooms: [] });
});

test('starting over asks nothing if nothing is lost; a user’s draft is not shown to the next user', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  const { page } = ada;
  await enterNearest(ada);
  await composer(page).fill('a draft');
  const signInAs = (name: string) =>
    page.evaluate((username) => {
      const identity = { token: null, user: { userId: `id-${username}`, username } };
      localStorage.setItem('earshot.identity', JSON.stringify(identity));
    }, name);
  await signInAs('Bob');
  await page.reload();
  await composer(page).waitFor();
  expect(await composer(page).inputValue()).toBe('');
  await signInAs('Ada');
  await page.reload();
  await composer(page).waitFor();
  expect(await composer(page).inputValue()).toBe('a draft');

  await button(page, words.app.settings).click();
  await button(page, words.app.startOver).click();
  await page.getByLabel(words.welcome.nameLabel).waitFor();
});
