import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { picker } from '../../../packages/web/src/text/de/picker.ts';
import { de } from '../../../packages/web/src/text/de.ts';
import { violations } from '../../resources/axe.ts';
import { openBrowser, phone, pickerWords, words } from '../../resources/page.ts';
import { startEmbedded } from '../../resources/server.ts';

const field = (page: Page) => page.getByRole('combobox', { name: pickerWords.field });
const options = (page: Page) => page.getByRole('option');

test('by keyboard: a place is found by its name, chosen from the list and used; axe finds no violation', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const { page, problems } = await browser.visit(earshot.a.url, { name: 'Ada', browser: { reducedMotion: 'reduce' } });
  await page.getByRole('button', { name: words.welcome.choose }).press('Enter');
  await field(page).waitFor();
  await page.keyboard.type('Prenzl'); // the dialog gave the focus to the field

  await options(page).first().waitFor();
  expect(await options(page).first().textContent()).toBe('Prenzlauer Berg, Berlin Germany');
  await page
    .getByRole('status')
    .filter({ hasText: /places? found/ })
    .waitFor();
  await page.keyboard.press('ArrowDown');
  const active = await field(page).getAttribute('aria-activedescendant');
  expect(await page.getByRole('option', { selected: true }).getAttribute('id')).toBe(active);
  expect(await violations(page)).toEqual([]);

  await page.keyboard.press('Escape'); // closes the list and not the dialog
  await options(page).first().waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => field(page).inputValue()).toBe('Prenzlauer Berg, Berlin, Germany');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: words.radar.create, exact: true }).waitFor();
  const place = await page.evaluate(() => localStorage.getItem('earshot.place'));
  expect(JSON.parse(place ?? '')).toMatchObject({ location: { latitude: 52.54, longitude: 13.425 }, shared: false });
  expect(problems).toEqual([]);
});

test('on a phone in German: a tap chooses; unknown names and a lost connection are reported', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', browser: { ...phone, locale: 'de-DE' } });
  const { page } = ada;
  const ort = page.getByRole('combobox', { name: picker.field });
  const status = (text: string) => page.getByRole('status').filter({ hasText: text });
  await page.getByRole('button', { name: de.welcome.choose }).tap();
  await ort.fill('Xyzzyx');
  await status(picker.noneFound('Xyzzyx')).waitFor();

  await ada.cut();
  await ort.fill('Berlin');
  await status(picker.searchOffline).waitFor();
  expect(await violations(page)).toEqual([]);
  await ada.mend();
  await options(page).filter({ hasText: 'Deutschland' }).first().tap();
  await expect.poll(() => ort.inputValue()).toBe('Berlin, Deutschland');
  await page.getByRole('button', { name: picker.use }).tap();
  await page.getByRole('button', { name: de.radar.create, exact: true }).waitFor();
  expect(ada.problems).toEqual([]);
});
