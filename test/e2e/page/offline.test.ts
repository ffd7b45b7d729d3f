import { expect, test } from 'vitest';
import { dataFolder } from '../../resources/dataFolder.ts';
import { enterNearest, openBrowser, say, shown, type Visitor, words } from '../../resources/page.ts';
import { north, somewhere } from '../../resources/places.ts';
import { startChat } from '../../resources/process.ts';
import { startServer } from '../../resources/server.ts';

/** A server that can be restarted under the same address, with what it stored. */
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
])('what is written offline comes once and in one order, though $meanwhile', async ({ reload, restart }) => {
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
  const adas = ['first of Ada', 'second of Ada', 'third of Ada'];
  for (const text of adas) await say(ada, text);
  await banner(ada, words.connection.offline(3)).waitFor();
  const others = ['first of Bob', 'first of Tess', 'second of Bob', 'second of Tess'];
  const afterReload = reload ? ['fourth of Ada'] : [];
  const everything = [...others, ...adas, ...afterReload];
  await say(bob, 'first of Bob');
  await tess.until(/first of Bob/);
  tess.type('first of Tess');
  await expect.poll(() => shown(bob, everything)).toEqual(others.slice(0, 2));
  if (restart) await server.restart();
  await say(bob, 'second of Bob');
  await tess.until(/second of Bob/);
  tess.type('second of Tess');
  await expect.poll(() => shown(bob, everything), { timeout: 20_000 }).toEqual(others);
  if (reload) {
    await ada.page.reload();
    await banner(ada, words.connection.offline(3)).waitFor();
    await expect.poll(() => shown(ada, everything)).toEqual(adas);
    for (const text of afterReload) await say(ada, text);
    await banner(ada, words.connection.offline(4)).waitFor();
    await ada.page.getByText(words.room.unseen).waitFor();
    expect(await ada.page.getByText(words.room.joining).count()).toBe(0);
  }
  expect(await shown(ada, others)).toEqual([]);

  await ada.mend();
  await expect.poll(() => shown(bob, everything), { timeout: 20_000 }).toEqual(everything);
  await expect.poll(() => shown(ada, everything), { timeout: 20_000 }).toEqual(everything);
  const printed = await tess.until(new RegExp(everything.at(-1) ?? ''));
  const lines = printed.split('\n').filter((line) => !line.includes('waits for the connection'));
  expect(lines.flatMap((line) => everything.filter((text) => line.endsWith(text)))).toEqual(everything);
  expect(ada.problems).toEqual([]);
});

test('what a tab had to send when it was closed goes out from another tab of the same person, once', async () => {
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
  const adas = ['first of Ada', 'second of Ada'];
  for (const text of adas) await say(ada, text);
  await banner(ada, words.connection.offline(2)).waitFor();
  expect(await shown(other, adas)).toEqual([]);
  await ada.page.close();
  await banner(other, words.connection.offline(2)).waitFor();
  await ada.mend();
  for (const visitor of [bob, other]) await expect.poll(() => shown(visitor, adas), { timeout: 20_000 }).toEqual(adas);
  await other.page.reload();
  await expect.poll(() => shown(other, adas)).toEqual(adas);
});
