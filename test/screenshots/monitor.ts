import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, createServer, readConfig } from '@earshot/server';
import type { Browser } from 'playwright-core';
import { now, timezoneId } from './scene.ts';

/** Takes a screenshot of the page at /monitor, with a refused message, a join and a message. */
export async function takeMonitorScreenshot(browser: Browser, path: string): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'earshot-monitor-')));
  const config = readConfig({ PORT: '0', MONITOR: 'true', DATA_DIR: folder.path });
  const server = stack.adopt(await createServer(config, { log: createLogger('silent') }), (one) => one.close());
  const context = stack.adopt(
    await browser.newContext({ viewport: { width: 1200, height: 750 }, locale: 'en-GB', timezoneId }),
    (one) => one.close(),
  );
  const page = await context.newPage();
  await page.clock.setFixedTime(now);
  await page.goto(`${server.url}/monitor`);
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const entry = (type: string) => page.getByRole('log').getByRole('listitem').filter({ hasText: type });

  // The user id is shown in frames, and random otherwise.
  await page.locator('summary').first().click();
  await page.getByLabel('Name').fill('monitor');
  await page.getByLabel('User id').fill('monitor');
  await page.locator('summary').first().click();
  await press('Connect');
  await page.locator('#state').getByText('connected', { exact: true }).waitFor();
  await press('Message');
  await entry('Error').locator('summary').click();
  await press('Join');
  await entry('MessageHistory').waitFor();
  await press('Message');
  await entry('NewMessage').waitFor();
  await page.screenshot({ path });
}
