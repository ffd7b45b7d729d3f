import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, inject } from 'vitest';

export interface TestPage extends AsyncDisposable {
  readonly page: Page;
  /** Uncaught errors of the page, and complaints of the browser. */
  readonly problems: readonly string[];
  /** The URLs that the page requested. */
  readonly requests: readonly string[];
}

/** Opens an address in a separate context: storage and network are not shared. */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<TestPage> {
  const browser = await sharedBrowser();
  const page = await browser.newPage(options);
  try {
    const problems: string[] = [];
    const requests: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text());
    });
    page.on('request', (request) => requests.push(request.url()));
    page.on('websocket', (socket) => requests.push(socket.url()));
    await page.goto(url);
    return { page, problems, requests, [Symbol.asyncDispose]: () => page.close() };
  } catch (error) {
    await page.close();
    throw error;
  }
}

/** Starts a separate browser, without a page. */
export function launch(args: string[] = []): Promise<Browser> {
  const { executablePath, env } = inject('chromium');
  return chromium.launch({ executablePath, args, env: { ...process.env, ...env } });
}

const shared = new Map<string, Promise<Browser>>();

/** The browser of all tests of this file that want these arguments. It is closed after the last of them. */
export function sharedBrowser(args: string[] = []): Promise<Browser> {
  const key = args.join(' ');
  const browser = shared.get(key) ?? launch(args);
  shared.set(key, browser);
  return browser;
}

afterAll(async () => {
  const browsers = [...shared.values()];
  shared.clear();
  for (const browser of await Promise.all(browsers)) await browser.close();
});
