import { createEarshotClient, type Location } from '@earshot/client';
import { expect, test } from 'vitest';
import { suggestion } from '../../../packages/web/src/text/en/suggestion.ts';
import { enterNearest, openBrowser, say, type Visitor, visibleTexts, words } from '../../resources/page.ts';
import { north, somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { sqliteSite } from '../../resources/stores.ts';

const delayed = 'sent on the way';

/** Starts a server that delays storing that message until `release` is called. */
async function startDelaying() {
  const { promise, resolve: release } = Promise.withResolvers<void>();
  const site = await sqliteSite();
  const store = await site.open();
  const append: typeof store.append = async (message) => {
    if (message.content === delayed) await promise;
    return store.append(message);
  };
  const earshot = await startEmbedded({ drivers: { store: { ...store, append } } });
  const dispose = async () => {
    release();
    await earshot[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
  };
  return { url: earshot.a.url, release, [Symbol.asyncDispose]: dispose };
}

async function openRoom(url: string, username: string, location: Location) {
  const client = createEarshotClient({ url, username });
  const room = await client.watchRoom({ location });
  const texts = () => room.state.get().messages.map(({ content }) => content);
  return { room, texts, [Symbol.asyncDispose]: () => client.close() };
}

const moveButton = ({ page }: Visitor) => page.getByRole('button', { name: suggestion.switch });

test.each([
  { moment: 'with a message in progress', offline: false },
  { moment: 'while offline', offline: true },
])('a user who moves switches rooms $moment, and no message is lost', async ({ offline }) => {
  await using earshot = await startDelaying();
  const here = somewhere();
  const there = north(here, 9_000);
  await using ada = await openRoom(earshot.url, 'Ada', here);
  await using bob = await openRoom(earshot.url, 'Bob', there);
  await bob.room.send('before they came');

  await using browser = await openBrowser();
  const mira = await browser.visit(earshot.url, { name: 'Mira', position: here });
  const { page } = mira;
  await page.getByRole('button', { name: words.welcome.share }).click();
  await enterNearest(mira);
  await say(mira, 'hello');
  await expect.poll(() => ada.texts()).toEqual(['hello']);

  await page.context().setGeolocation(there);
  await moveButton(mira).waitFor();
  if (offline) await mira.cut();
  await say(mira, delayed);
  await page.getByRole('article').filter({ hasText: delayed }).waitFor();
  await moveButton(mira).click();
  const meanwhile = Array.from({ length: 5 }, (_, index) => `on the way ${index}`);
  for (const text of meanwhile) await bob.room.send(text);
  if (offline) await mira.mend();
  await page.waitForURL((url) => url.hash.endsWith(bob.room.room.id));
  await bob.room.send('after they came');

  const bobsMessages = ['before they came', ...meanwhile, 'after they came'];
  await expect.poll(() => visibleTexts(mira, [...bobsMessages, delayed])).toEqual(bobsMessages);
  await moveButton(mira).waitFor({ state: 'hidden' });
  expect(ada.texts()).toEqual(['hello']);
  earshot.release();
  await expect.poll(() => ada.texts()).toEqual(['hello', delayed]);
  await say(mira, 'here I am');
  await expect.poll(() => bob.texts()).toEqual([...bobsMessages, 'here I am']);
  expect(ada.texts()).toEqual(['hello', delayed]);
  expect(mira.problems).toEqual([]);
});
