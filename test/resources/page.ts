import type { Location } from '@earshot/client';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { picker } from '../../packages/web/src/text/en/picker.ts';
import { en } from '../../packages/web/src/text/en.ts';
import { sharedBrowser } from './browser.ts';
import { type FlakyProxy, openFlakyProxy } from './flakyProxy.ts';

/** The page's texts, to find elements by their names. */
export const words = en;
export const pickerWords = picker;

export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true } satisfies BrowserContextOptions;
export const desktop = { viewport: { width: 1440, height: 900 } } satisfies BrowserContextOptions;

interface VisitOptions {
  /** The visitor's name from an earlier visit; omit it for a first visit. */
  name?: string;
  /** The visitor's location from an earlier visit. */
  place?: Location;
  /** The position that the device reports; if omitted, access to it is denied. */
  position?: Location;
  /** The path after the server's base, such as `#/room/...`. */
  path?: string;
  browser?: BrowserContextOptions;
}

export interface Visitor {
  readonly page: Page;
  /** Uncaught errors, and complaints of the browser, except those about being offline while it was. */
  readonly problems: readonly string[];
  /** The URLs that the page requested. */
  readonly requests: readonly string[];
  /** Disconnects the network, after the browser has cached the page. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Cuts off only the server; the device still believes that it is online. */
  readonly proxy: Pick<FlakyProxy, 'cut' | 'mend'>;
}

interface TestBrowser extends AsyncDisposable {
  /** Opens the page of that server in a separate context: storage and network are not shared. */
  visit(serverUrl: string, options?: VisitOptions): Promise<Visitor>;
}

interface BrowserOptions {
  /** Draws frames as fast as possible, not 60 per second, for tests that wait for thousands of them. */
  hurried?: boolean;
}

/** Opens pages of several users, each in a separate context of one browser. */
export async function openBrowser({ hurried = false }: BrowserOptions = {}): Promise<TestBrowser> {
  const browser = await sharedBrowser(hurried ? ['--disable-frame-rate-limit'] : []);
  const stack = new AsyncDisposableStack();
  const visit = async (serverUrl: string, options: VisitOptions = {}) => {
    const proxy = stack.use(await openFlakyProxy(serverUrl));
    const context = await browser.newContext(contextOptions(proxy.url, options));
    stack.defer(() => context.close());
    const visitor = await openVisit(context, proxy);
    await visitor.page.goto(`${proxy.url}/${options.path ?? ''}`);
    return visitor;
  };
  return { visit, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function contextOptions(origin: string, { name, place, position, browser }: VisitOptions): BrowserContextOptions {
  const remembered = {
    ...(name !== undefined && { 'earshot.identity': { token: null, user: { userId: `id-${name}`, username: name } } }),
    ...(place !== undefined && { 'earshot.place': { location: place, shared: false } }),
  };
  const localStorage = Object.entries(remembered).map(([key, value]) => ({ name: key, value: JSON.stringify(value) }));
  return {
    ...desktop,
    locale: 'en-GB',
    ...browser,
    storageState: { cookies: [], origins: [{ origin, localStorage }] },
    ...(position !== undefined && { geolocation: position, permissions: ['geolocation'] }),
  };
}

const offlineWords = /net::ERR_|WebSocket connection to/;

/**
 * A hint of Chromium about speed: a file that it had begun to preload came from the service worker instead. It depends on which of the two is
 * quicker.
 */
const preloadHint =
  /^A preload for .* is found, but is not used because it is a cross-world service worker resource mismatch/;

async function openVisit(context: BrowserContext, proxy: FlakyProxy): Promise<Visitor> {
  const page = await context.newPage();
  const problems: string[] = [];
  const requests: string[] = [];
  let wasCut = false;
  const complain = (text: string) => {
    if (!(wasCut && offlineWords.test(text)) && !preloadHint.test(text)) problems.push(text);
  };
  page.on('pageerror', (error) => complain(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complain(message.text());
  });
  page.on('request', (request) => requests.push(request.url()));
  page.on('websocket', (socket) => requests.push(socket.url()));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      // biome-ignore lint/suspicious/noConsole: the test reads it from the console
      console.error(`against the policy: ${violatedDirective} ${blockedURI}`);
    });
  });
  return {
    page,
    problems,
    requests,
    proxy,
    cut: async () => {
      await page.evaluate(async () => void (await navigator.serviceWorker.ready));
      wasCut = true;
      // The browser's own switch notifies the page and stops new connections, but keeps an open WebSocket.
      await context.setOffline(true);
      proxy.cut();
    },
    mend: async () => {
      proxy.mend();
      await context.setOffline(false);
    },
  };
}

/** Joins the room nearest to the visitor's location, or opens one there. */
export async function enterNearest({ page }: Pick<Visitor, 'page'>): Promise<void> {
  await page
    .getByRole('button', { name: words.radar.join })
    .or(page.getByRole('button', { name: words.radar.create, exact: true }))
    .first()
    .click();
  await composer(page).waitFor();
}

/** The field for messages. */
export const composer = (page: Page) => page.getByRole('textbox', { name: words.room.composerLabel('') });

export async function say({ page }: Pick<Visitor, 'page'>, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press('Enter');
}

/** The list of messages. */
export const messageLog = (page: Page) => page.getByRole('log', { name: words.room.messages });

/** The message of `startChatter` with that number. */
export const numberedMessage = ({ page }: Pick<Visitor, 'page'>, number: number) =>
  messageLog(page)
    .getByRole('article')
    .filter({ hasText: new RegExp(`message ${number}\\b`) });

/** The button that returns to the newest message. */
export const jumpButton = ({ page }: Pick<Visitor, 'page'>) =>
  page.getByRole('button', { name: words.room.jumpToNewest });

/** The messages on the page that have one of these texts, in order. */
export async function visibleTexts({ page }: Pick<Visitor, 'page'>, texts: readonly string[]): Promise<string[]> {
  const articles = await messageLog(page).getByRole('article').allInnerTexts();
  return articles.flatMap((article) => texts.filter((text) => article.includes(text)));
}
