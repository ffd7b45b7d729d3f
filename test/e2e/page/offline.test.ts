import { expect, test } from 'vitest';
import { dataFolder } from '../../resources/dataFolder.ts';
import { enterNearest, openBrowser, say, type Visitor, visibleTexts, words } from '../../resources/page.ts';
import { north, somewhere } from '../../resources/places.ts';
import { startChat } from '../../resources/process.ts';
import { startServer } from '../../resources/server.ts';

/** Starts a server that can be restarted at the same address with the same data. */
async function startRestartable() {
  const data = await dataFolder();
  let server = await startServer({ env: { DATA_DIR: data.path } });
  const { url } = server;
  return {
    url,
    restart: async () => {
      await server.close();
      server = await startServer({ env: { DATA_DIR: data.path, PORT: new URL(url).port } });
    },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await data[Symbol.asyncDispose]();
    },
  };
}

const banner = ({ page }: Visitor, text: string) => page.getByRole('status').filter({ hasText: text });

test.each([
  { meanwhile: 'nothing else happens', reload: false, restart: false },
  { meanwhile: 'the page is reloaded', reload: true, restart: false },
  { meanwhile: 'the server restarts', reload: false, restart: true },
  { meanwhile: 'the page is reloaded and the server restarts', reload: true, restart: true },
])('messages written offline arrive once and in order, though $meanwhile', async ({ reload, restart }) => {
  await using server = await startRestartable();
  await using browser = await openBrowser();
  const place = somewhere();
  const ada = await browser.visit(server.url, { name: 'Ada', place });
  await enterNearest(ada);
  const bob = await browser.visit(server.url, { name: 'Bob', place: north(place, 250) });
  await enterNearest(bob);
  const { latitude, longitude } = north(place, 500);
  await using tess = startChat([`${latitude}`, `${longitude}`, '--as', 'Tess', '--url', server.url]);
  await tess.until(/3 people here/);

  await ada.cut();
  const adasMessages = ['first of Ada', 'second of Ada', 'third of Ada'];
  for (const text of adasMessages) await say(ada, text);
  await banner(ada, words.connection.offline(3)).waitFor();
  const othersMessages = ['first of Bob', 'first of Tess', 'second of Bob', 'second of Tess'];
  const afterReload = reload ? ['fourth of Ada'] : [];
  const allMessages = [...othersMessages, ...adasMessages, ...afterReload];
  await say(bob, 'first of Bob');
  await tess.until(/first of Bob/);
  tess.type('first of Tess');
  await expect.poll(() => visibleTexts(bob, allMessages)).toEqual(othersMessages.slice(0, 2));
  if (restart) await server.restart();
  await say(bob, 'second of Bob');
  await tess.until(/second of Bob/);
  tess.type('second of Tess');
  await expect.poll(() => visibleTexts(bob, allMessages)).toEqual(othersMessages);
  if (reload) {
    await ada.page.reload();
    await banner(ada, words.connection.offline(3)).waitFor();
    await expect.poll(() => visibleTexts(ada, allMessages)).toEqual(adasMessages);
    for (const text of afterReload) await say(ada, text);
    await banner(ada, words.connection.offline(4)).waitFor();
    await ada.page.getByText(words.room.offlineHint).waitFor();
    expect(await ada.page.getByText(words.room.joining).count()).toBe(0);
  }
  expect(await visibleTexts(ada, othersMessages)).toEqual([]);

  await ada.mend();
  await expect.poll(() => visibleTexts(bob, allMessages)).toEqual(allMessages);
  await expect.poll(() => visibleTexts(ada, allMessages)).toEqual(allMessages);
  const printed = await tess.until(new RegExp(allMessages.at(-1) ?? ''));
  const lines = printed.split('\n').filter((line) => !line.includes('waiting for the connection'));
  expect(lines.flatMap((line) => allMessages.filter((text) => line.endsWith(text)))).toEqual(allMessages);
  expect(ada.problems).toEqual([]);
});

test('another tab of the same user sends the unsent messages of a closed tab, once', async () => {
  await using server = await startRestartable();
  await using browser = await openBrowser();
  const ada = await browser.visit(server.url, { name: 'Ada', place: somewhere() });
  await enterNearest(ada);
  const bob = await browser.visit(server.url, { name: 'Bob', path: new URL(ada.page.url()).hash });
  await bob.page.getByRole('button', { name: words.room.peopleHere(2) }).waitFor();
  const other = { ...ada, page: await ada.page.context().newPage() };
  await other.page.goto(ada.page.url());
  await other.page.getByRole('button', { name: words.room.peopleHere(2) }).waitFor();

  await ada.cut();
  const adasMessages = ['first of Ada', 'second of Ada'];
  for (const text of adasMessages) await say(ada, text);
  await banner(ada, words.connection.offline(2)).waitFor();
  expect(await visibleTexts(other, adasMessages)).toEqual([]);
  await ada.page.close();
  await banner(other, words.connection.offline(2)).waitFor();
  await ada.mend();
  for (const visitor of [bob, other])
    await expect.poll(() => visibleTexts(visitor, adasMessages)).toEqual(adasMessages);
  await other.page.reload();
  await expect.poll(() => visibleTexts(other, adasMessages)).toEqual(adasMessages);
});
