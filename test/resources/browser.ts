import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';

export interface TestPage extends AsyncDisposable {
  readonly page: Page;
  /** Uncaught errors of the page, and complaints of the browser. */
  readonly problems: readonly string[];
  /** The URLs that the page requested. */
  readonly requests: readonly string[];
}

/** Opens an address in a separate browser. */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<TestPage> {
  const browser = await launch();
  try {
    const page = await browser.newPage(options);
    const problems: string[] = [];
    const requests: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text());
    });
    page.on('request', (request) => requests.push(request.url()));
    page.on('websocket', (socket) => requests.push(socket.url()));
    await page.goto(url);
    return { page, problems, requests, [Symbol.asyncDispose]: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** Starts a separate browser, without a page. */
export function launch(args: string[] = []): Promise<Browser> {
  const { executablePath, env } = inject('chromium');
  return chromium.launch({ executablePath, args, env: { ...process.env, ...env } });
}
