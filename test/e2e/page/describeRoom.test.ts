import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { violations } from '../../resources/axe.ts';
import { composer, desktop, enterNearest, openBrowser, phone, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

const describeButton = (page: Page) => page.getByRole('button', { name: words.room.describe, exact: true });
const heading = (page: Page) => page.locator('header').getByRole('heading', { level: 2 });
const isFocused = (element: Locator) => element.evaluate((one) => one === document.activeElement);
/** Changes when the page is loaded again. */
const loadedAt = (page: Page) => page.evaluate(() => performance.timeOrigin);

/** Presses a key until the element has the focus. */
async function pressUntilFocused(element: Locator, key: string): Promise<void> {
  for (let presses = 0; !(await isFocused(element)); presses += 1) {
    expect(presses, 'the keyboard reaches the element').toBeLessThan(40);
    await element.page().keyboard.press(key);
  }
}

test.each([
  { device: 'a phone', browser: { ...phone, colorScheme: 'dark' } },
  { device: 'a desktop', browser: { ...desktop, colorScheme: 'light' } },
] as const)(
  'by keyboard, on $device: the maker describes the room, and other pages show it without a reload',
  async ({ browser: appearance }) => {
    await using earshot = await startEmbedded();
    await using browser = await openBrowser();
    const place = somewhere();
    // Without motion: axe would measure colours in the middle of a transition.
    const options = { place, browser: { ...appearance, reducedMotion: 'reduce' } } as const;
    const ada = await browser.visit(earshot.a.url, { name: 'Ada', ...options });
    await enterNearest(ada);
    const bob = await browser.visit(earshot.a.url, { name: 'Bob', ...options });
    await enterNearest(bob);
    const { page } = ada;
    const pages = [page, bob.page];
    const loaded = await Promise.all(pages.map(loadedAt));
    const button = describeButton(page);
    const dialog = page.getByRole('dialog', { name: words.room.describe });
    const field = (name: string) => dialog.getByRole('textbox', { name, exact: true });
    const name = (await heading(page).textContent()) ?? '';
    const shown = (title: string) => Promise.all(pages.map((one) => heading(one).filter({ hasText: title }).waitFor()));
    const open = async () => {
      await pressUntilFocused(button, 'Shift+Tab');
      await page.keyboard.press('Enter');
      await expect.poll(() => isFocused(field(words.room.title))).toBe(true);
    };
    const closed = async () => {
      await dialog.waitFor({ state: 'detached' });
      expect(await isFocused(button)).toBe(true);
    };
    expect(await describeButton(bob.page).count()).toBe(0);

    await composer(page).focus();
    await open();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.type('Not saved');
    await page.keyboard.press('Escape');
    await closed();
    expect(await heading(page).textContent()).toBe(name);

    await open();
    await page.keyboard.type('Chess club');
    await page.keyboard.press('Tab');
    expect(await isFocused(field(words.room.topic))).toBe(true);
    await page.keyboard.type('Every Friday');
    await pressUntilFocused(dialog.getByRole('button', { name: words.room.save }), 'Tab');
    await page.keyboard.press('Enter');
    await closed();
    await shown('Chess club');
    for (const one of pages) {
      await one.locator('header').getByText('Every Friday', { exact: true }).waitFor();
      expect(await violations(one)).toEqual([]);
    }

    await open();
    expect(await field(words.room.topic).inputValue()).toBe('Every Friday');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('Delete'); // an empty title removes it
    await page.keyboard.press('Enter');
    await closed();
    await shown(name);
    expect(await Promise.all(pages.map(loadedAt))).toEqual(loaded);
    expect([...ada.problems, ...bob.problems]).toEqual([]);
  },
);
