import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { en } from '../../packages/web/src/text/en.ts';
import { freshenPage } from '../../scripts/page.ts';
import { findChromium } from '../services/chromium.ts';
import { fontEnvironment } from './fonts.ts';
import { idOf, now, pending, place, talk, timezoneId, visitor } from './scene.ts';
import { createWorld, type World } from './world.ts';

// What `pnpm --filter web screenshots` runs: the page on a phone and on a desktop, by day and by night.

const folder = join(import.meta.dirname, '../../docs/images');

const devices = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  desktop: { viewport: { width: 1440, height: 900 } },
};
const colorSchemes = ['light', 'dark'] as const;

interface Screen {
  /** Who comes back has said who and where they are. */
  returning: boolean;
  path: (world: World) => string;
  /** Does what comes before the picture. */
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
      await countOneself(page);
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
  for (const [screen, how] of Object.entries(screens)) {
    for (const [device, options] of Object.entries(devices)) {
      for (const colorScheme of colorSchemes) {
        const file = join(folder, `${screen}-${device}-${colorScheme}.png`);
        await take(browser, how, { ...options, colorScheme }, file);
        const { size } = await stat(file);
        process.stdout.write(`${file} ${Math.round(size / 1_024)} KB\n`);
      }
    }
  }
} finally {
  await browser.close();
}

type Look = (typeof devices)[keyof typeof devices] & { colorScheme: (typeof colorSchemes)[number] };

/** One picture, of a world of its own: nobody is left over from the last one. */
async function take(browser: Browser, screen: Screen, look: Look, file: string): Promise<void> {
  await using world = await createWorld();
  const context = await browser.newContext({
    ...look,
    locale: 'en-GB',
    timezoneId,
    reducedMotion: 'reduce',
    storageState: { cookies: [], origins: screen.returning ? [remembered(world.url)] : [] },
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

/** Where there are rooms beside the open one, their list has to hear that somebody came in. */
async function countOneself(page: Page): Promise<void> {
  const around = page.getByRole('region', { name: en.app.around });
  if ((await around.count()) === 0) return;
  const count = new Set([visitor, ...talk.map(({ by }) => by)]).size;
  await around
    .getByRole('listitem')
    .getByRole('button', { name: en.radar.current })
    .filter({ hasText: en.radar.here(count) })
    .waitFor();
}

/** What a browser keeps of somebody who was here before. */
function remembered(origin: string) {
  const kept = {
    'earshot.identity': { token: null, user: { userId: idOf(visitor), username: visitor } },
    'earshot.place': { location: place, shared: false },
  };
  const localStorage = Object.entries(kept).map(([name, value]) => ({ name, value: JSON.stringify(value) }));
  return { origin, localStorage };
}
