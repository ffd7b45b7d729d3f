import { expect, test } from 'vitest';
import { enterNearest, openBrowser, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

test('a page that was opened before opens without a network', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  const { page } = ada;
  await enterNearest(ada);
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active?.state === 'activated') return;
    await new Promise((resolve) => active?.addEventListener('statechange', resolve));
  });

  const title = page.locator('header').getByRole('heading', { level: 2 });
  const name = await title.textContent();

  await page.context().setOffline(true);
  await page.reload();
  await page.getByText(words.connection.tryNow).waitFor();
  expect(await page.evaluate(() => fetch('/health').catch(() => 'away'))).toBe('away');

  await page.getByRole('textbox', { name: words.room.composerLabel('') }).waitFor();
  expect(await title.textContent()).toBe(name);

  await page.context().setOffline(false);
  await page.getByRole('button', { name: words.room.peopleHere(1) }).waitFor();
});
