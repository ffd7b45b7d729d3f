import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { enterNearest, openBrowser, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('by keyboard: a dialog takes the focus, to its text field if it has one, and returns it on closing', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  const { page } = ada;
  await enterNearest(ada);
  const people = button(page, words.room.peopleHere(1));
  const dialog = page.getByRole('dialog');
  const focused = (selector: string) => page.locator(`${selector}:focus`).count();

  await people.press('Enter');
  await dialog.waitFor();
  await expect.poll(() => focused('dialog button')).toBe(1);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await people.evaluate((element) => element === document.activeElement)).toBe(true);

  const settings = button(page, words.app.settings);
  await settings.press('Enter');
  await dialog.getByRole('button', { name: words.app.rename }).press('Enter');
  await dialog.getByLabel(words.welcome.nameLabel).waitFor();
  await expect.poll(() => focused('dialog input')).toBe(1);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await settings.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(ada.problems).toEqual([]);
});
