import { cp, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openBrowser } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

const built = path.resolve(import.meta.dirname, '../../../packages/server/page');

/** A build of the page whose files all have the same time, as in reproducible builds. */
async function startBuild() {
  const folder = await mkdtemp(path.join(tmpdir(), 'earshot-page-'));
  await cp(built, folder, { recursive: true });
  // Two builds rarely have the same size when compressed.
  for (const file of ['index.html', 'sw.js']) {
    for (const ending of ['gz', 'br']) await rm(path.join(folder, `${file}.${ending}`));
  }
  const all = await readdir(folder, { recursive: true });
  const setTimes = async () => {
    for (const file of all) await utimes(path.join(folder, file), 1, 1);
  };
  await setTimes();
  return {
    folder,
    /** Writes another build: a file has another name, and every size stays the same. */
    rebuild: async () => {
      for (const file of ['index.html', 'sw.js']) {
        const text = await readFile(path.join(folder, file), 'utf8');
        const next = text.replace('<title>Earshot', '<title>EARSHOT').replace(/(?<=const version = ')./, otherThan);
        expect(next).not.toBe(text);
        await writeFile(path.join(folder, file), next);
      }
      await setTimes();
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Another character of a version. */
const otherThan = (character: string) => (character === '_' ? '-' : '_');

const caches = (page: Page) => page.evaluate(async () => globalThis.caches.keys());

test('a browser gets the next build, even if its files have the sizes and times of the previous one', async () => {
  await using build = await startBuild();
  await using earshot = await startEmbedded({ pageFolder: build.folder });
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  const { page } = ada;
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await expect.poll(() => caches(page)).toHaveLength(1);
  const [previous] = await caches(page);
  expect(await page.title()).toMatch(/Earshot/);

  await build.rebuild();
  await page.reload();
  await expect.poll(() => page.title()).toMatch(/EARSHOT/);
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  await expect
    .poll(async () => (await caches(page)).includes(previous ?? '')) // it fetches all its files
    .toBe(false);
  expect(await caches(page)).toHaveLength(1);

  await ada.cut();
  await page.reload();
  await expect.poll(() => page.title()).toMatch(/EARSHOT/);
});
