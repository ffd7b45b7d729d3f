import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EarshotClient, EarshotClientOptions, RoomWatch } from '@earshot/client';
import type { BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch } from '../resources/browser.ts';
import { startEmbedded } from '../resources/server.ts';

declare global {
  var earshot: { create: (options: EarshotClientOptions) => EarshotClient };
  var watches: RoomWatch[];
}

const web = fileURLToPath(new URL('../../packages/web/', import.meta.url));

/** Bundles the client as one script for a browser. */
async function bundleClient(): Promise<string> {
  const entry = 'virtual:entry';
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    root: web,
    build: { write: false, rollupOptions: { input: entry, output: { codeSplitting: false } } },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? entry : null),
        load: (id) =>
          id === entry
            ? "import { createEarshotClient } from '@earshot/client'; globalThis.earshot = { create: createEarshotClient };"
            : null,
      },
    ],
  });
  const [output] = [built].flat();
  if (output === undefined || !('output' in output)) throw new Error('nothing was built');
  return output.output[0].code;
}

/** A page with only the client. The server serves it, because the client must run on the server's origin. */
let pageFolder: string;
beforeAll(async () => {
  pageFolder = await mkdtemp(join(tmpdir(), 'earshot-page-'));
  await mkdir(join(pageFolder, 'assets'));
  await writeFile(join(pageFolder, 'index.html'), '<script type="module" src="/assets/test.js"></script>');
  await writeFile(join(pageFolder, 'assets/test.js'), await bundleClient());
});
afterAll(() => rm(pageFolder, { recursive: true, force: true }));

/** Watches new rooms at the same time. Resolves to `live` or the code of the final error for each room. */
function watchRooms(page: Page, latitudes: readonly number[]): Promise<string[]> {
  return page.evaluate(
    (latitudes) =>
      Promise.all(
        latitudes.map(async (latitude) => {
          const client = earshot.create({ url: location.origin, username: 'Ada', transport: 'http' });
          const room = await client.watchRoom({ location: { latitude, longitude: 1 } });
          globalThis.watches = [...(globalThis.watches ?? []), room];
          return new Promise<string>((resolve) => {
            const check = () => {
              const { status, error } = room.state.get();
              if (status === 'live') resolve('live');
              else if (status === 'stopped' && error !== null) resolve(error.code);
            };
            room.state.subscribe(check);
            check();
          });
        }),
      ),
    latitudes,
  );
}

/** Sends to the room at that latitude. Resolves to the message's content. */
function send(page: Page, latitude: number, content: string): Promise<string> {
  return page.evaluate(
    async ({ latitude, content }) => {
      const client = earshot.create({ url: location.origin, username: 'Bob', transport: 'http' });
      const { room } = await client.trpc.rooms.join.mutate({ location: { latitude, longitude: 1 } });
      return (await client.trpc.messages.send.mutate({ roomId: room.id, content })).content;
    },
    { latitude, content },
  );
}

/** Keeps the page's only thread busy for so many milliseconds. */
const block = (page: Page, ms: number) =>
  page.evaluate((ms) => {
    const end = performance.now() + ms;
    while (performance.now() < end);
  }, ms);

const texts = (page: Page) =>
  page.evaluate(() => watches.flatMap(({ state }) => state.get().messages.map(({ content }) => content)));
const live = (page: Page) => page.evaluate(() => watches.filter(({ state }) => state.get().status === 'live').length);

async function openTab(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${origin}/`);
  await page.waitForFunction(() => 'earshot' in globalThis);
  return page;
}

async function openBrowser(host: string) {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startEmbedded({ pageFolder, env: { ALLOWED_HOSTS: 'chat.test' } }));
  const browser = await launch(['--host-resolver-rules=MAP chat.test 127.0.0.1']);
  stack.defer(() => browser.close());
  const context = await browser.newContext();
  const origin = server.a.url.replace('127.0.0.1', host);
  const owned = stack.move();
  return { context, open: () => openTab(context, origin), [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

describe.each([
  { pages: 'on the device itself', host: '127.0.0.1', isSecure: true },
  { pages: 'over plain HTTP', host: 'chat.test', isSecure: false },
])('pages $pages, over HTTP/1.1', ({ host, isSecure }) => {
  test('three tabs watch at most four rooms together; further ones fail with TOO_MANY_STREAMS, and every tab can send', async () => {
    await using browser = await openBrowser(host);
    const tabs = [await browser.open(), await browser.open(), await browser.open()];
    for (const tab of tabs) expect(await tab.evaluate(() => isSecureContext)).toBe(isSecure);
    const results = await Promise.all(tabs.map((tab, nth) => watchRooms(tab, [10 * nth, 10 * nth + 1, 10 * nth + 2])));
    expect(results.flat().toSorted()).toEqual([...Array(5).fill('TOO_MANY_STREAMS'), ...Array(4).fill('live')]);
    for (const tab of tabs) expect(await send(tab, 5, 'still sent')).toBe('still sent');

    const nth = results.findIndex((of) => of.includes('live'));
    const freedSlots = results[nth]?.filter((one) => one === 'live').length ?? 0;
    await tabs[nth]?.close();
    const later = await browser.open();
    expect((await watchRooms(later, [60, 61, 62, 63, 64])).toSorted()).toEqual([
      ...Array(5 - freedSlots).fill('TOO_MANY_STREAMS'),
      ...Array(freedSlots).fill('live'),
    ]);
  });

  test('a tab that is busy keeps its slots, and a reloaded one gets them back', async () => {
    await using browser = await openBrowser(host);
    const [busy, other] = [await browser.open(), await browser.open()];
    expect(await watchRooms(busy, [0, 1, 2, 3])).toEqual(Array(4).fill('live'));
    const [watched] = await Promise.all([watchRooms(other, [20]), block(busy, 2_000)]);
    expect(watched).toEqual(['TOO_MANY_STREAMS']);
    expect([await live(busy), await live(other)]).toEqual([4, 0]);

    await busy.reload();
    await busy.waitForFunction(() => 'earshot' in globalThis);
    expect(await watchRooms(busy, [0, 1, 2, 3])).toEqual(Array(4).fill('live'));
  });

  test('a page closes its streams before it is frozen, and resumes without a loss while slots are free', async () => {
    await using browser = await openBrowser(host);
    const [frozen, other] = [await browser.open(), await browser.open()];
    expect(await watchRooms(frozen, [0, 1, 2, 3])).toEqual(Array(4).fill('live'));
    // Chromium freezes only hidden pages, and a headless page is never hidden. So the test dispatches the events.
    const dispatch = (type: 'freeze' | 'resume') =>
      frozen.evaluate((type) => void document.dispatchEvent(new Event(type)), type);
    const states = () =>
      frozen.evaluate(() => watches.map(({ state }) => state.get().error?.code ?? state.get().status).toSorted());
    await dispatch('freeze');
    await send(other, 0, 'while it was frozen');
    await dispatch('resume');
    await expect.poll(() => texts(frozen)).toEqual(['while it was frozen']);
    await expect.poll(states).toEqual(Array(4).fill('live'));

    await dispatch('freeze');
    expect(await watchRooms(other, [20, 21, 22])).toEqual(Array(3).fill('live'));
    await dispatch('resume');
    await expect.poll(states).toEqual([...Array(3).fill('TOO_MANY_STREAMS'), 'live']);
    expect(await live(other)).toBe(3);
    expect(await send(frozen, 30, 'still sent')).toBe('still sent');
  });
});
