import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { en } from '../../packages/web/src/text/en.ts';
import { freshenPage } from '../../scripts/page.ts';
import { findChromium } from '../services/chromium.ts';
import { fontEnvironment } from './fonts.ts';
import { takeMonitorScreenshot } from './monitor.ts';
import { idOf, now, pending, place, sceneMessages, timezoneId, visitor } from './scene.ts';
import { createWorld, type World } from './world.ts';

// Run by `pnpm --filter web screenshots`: takes the page on a phone and on a desktop, light and dark, and the page at /monitor.

const folder = join(import.meta.dirname, '../../docs/images');

const devices = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  desktop: { viewport: { width: 1440, height: 900 } },
};
const colorSchemes = ['light', 'dark'] as const;

interface Screen {
  /** A returning visitor's name and location are stored. */
  returning: boolean;
  path: (world: World) => string;
  /** Prepares the page for the screenshot. */
  prepare: (page: Page) => Promise<void>;
}

const screens: Record<string, Screen> = {
  'first-visit': {
    returning: false,
    path: () => '',
    prepare: (page) => page.getByLabel(en.welcome.nameLabel).waitFor(),
  },
  radar: {
    returning: true,
    path: () => '',
    prepare: (page) => page.getByRole('list', { name: en.radar.list }).getByRole('listitem').first().waitFor(),
  },
  room: {
    returning: true,
    path: ({ roomId }) => `#/room/${roomId}`,
    async prepare(page) {
      const composer = page.getByRole('textbox', { name: en.room.composerLabel('') });
      await composer.fill(pending);
      await composer.press('Enter');
      await page.getByText(pending).waitFor();
      await composer.blur();
      await waitUntilCounted(page);
      await page.getByText(en.room.typing(['']).trim()).waitFor();
    },
  },
};

await freshenPage();
await mkdir(folder, { recursive: true });
const { executablePath, env } = await findChromium();
const browser = await chromium.launch({
  executablePath,
  env: { ...process.env, ...env, ...(await fontEnvironment()) },
});
try {
  for (const [name, screen] of Object.entries(screens)) {
    for (const [device, options] of Object.entries(devices)) {
      for (const colorScheme of colorSchemes) {
        const file = join(folder, `${name}-${device}-${colorScheme}.png`);
        await takeScreenshot(browser, screen, { ...options, colorScheme }, file);
        await reportSize(file);
      }
    }
  }
  const monitorFile = join(folder, '../monitor.png');
  await takeMonitorScreenshot(browser, monitorFile);
  await reportSize(monitorFile);
} finally {
  await browser.close();
}

async function reportSize(file: string): Promise<void> {
  const { size } = await stat(file);
  process.stdout.write(`${file} ${Math.round(size / 1_024)} KB\n`);
}

type Variant = (typeof devices)[keyof typeof devices] & { colorScheme: (typeof colorSchemes)[number] };

/** Takes one screenshot, with its own server and rooms. */
async function takeScreenshot(browser: Browser, screen: Screen, variant: Variant, file: string): Promise<void> {
  await using world = await createWorld();
  const context = await browser.newContext({
    ...variant,
    locale: 'en-GB',
    timezoneId,
    reducedMotion: 'reduce',
    storageState: { cookies: [], origins: screen.returning ? [storedState(world.url)] : [] },
    serviceWorkers: 'block',
  });
  try {
    const page = await context.newPage();
    await page.clock.setFixedTime(now);
    await page.goto(`${world.url}/${screen.path(world)}`);
    await screen.prepare(page);
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: file });
  } finally {
    await context.close();
  }
}

/** Waits until the list beside the open room, if there is one, counts the visitor. */
async function waitUntilCounted(page: Page): Promise<void> {
  const nearby = page.getByRole('region', { name: en.app.nearby });
  if ((await nearby.count()) === 0) return;
  const count = new Set([visitor, ...sceneMessages.map(({ by }) => by)]).size;
  await nearby
    .getByRole('listitem')
    .getByRole('button', { name: en.radar.current })
    .filter({ hasText: en.radar.here(count) })
    .waitFor();
}

/** The data that the browser stores for a returning visitor. */
function storedState(origin: string) {
  const items = {
    'earshot.identity': { token: null, user: { userId: idOf(visitor), username: visitor } },
    'earshot.place': { location: place, shared: false },
  };
  const localStorage = Object.entries(items).map(([name, value]) => ({ name, value: JSON.stringify(value) }));
  return { origin, localStorage };
}
