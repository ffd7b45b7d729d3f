import { cp, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openBrowser } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

const built = path.resolve(import.meta.dirname, '../../../packages/server/page');

/** A build of the page whose files all have one time, as reproducible builds have. */
async function startBuild() {
  const folder = await mkdtemp(path.join(tmpdir(), 'earshot-page-'));
  await cp(built, folder, { recursive: true });
  // Compressed, two builds would seldom have the same size.
  for (const file of ['index.html', 'sw.js']) {
    for (const ending of ['gz', 'br']) await rm(path.join(folder, `${file}.${ending}`));
  }
  const all = await readdir(folder, { recursive: true });
  const atOneTime = async () => {
    for (const file of all) await utimes(path.join(folder, file), 1, 1);
  };
  await atOneTime();
  return {
    folder,
    /** Another build: a file is named differently, and the size of all is the same. */
    rebuild: async () => {
      for (const file of ['index.html', 'sw.js']) {
        const text = await readFile(path.join(folder, file), 'utf8');
        const next = text.replace('<title>Earshot', '<title>EARSHOT').replace(/(const version = ')./, '$1_');
        expect(next).not.toBe(text);
        await writeFile(path.join(folder, file), next);
      }
      await atOneTime();
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

const caches = (page: Page) => page.evaluate(async () => globalThis.caches.keys());

test('a browser gets the next build, also where its files have the sizes and times of the former', async () => {
  await using build = await startBuild();
  await using earshot = await startEmbedded({ pageFolder: build.folder });
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  const { page } = ada;
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await expect.poll(() => caches(page)).toHaveLength(1);
  const [former] = await caches(page);
  expect(await page.title()).toMatch(/Earshot/);

  await build.rebuild();
  await page.reload();
  await expect.poll(() => page.title()).toMatch(/EARSHOT/);
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  await expect
    .poll(async () => (await caches(page)).includes(former ?? ''), { timeout: 20_000 }) // all its files are fetched
    .toBe(false);
  expect(await caches(page)).toHaveLength(1);

  await ada.cut();
  await page.reload();
  await expect.poll(() => page.title()).toMatch(/EARSHOT/);
});
