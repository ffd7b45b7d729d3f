import type { Location } from '@earshot/client';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { en } from '../../packages/web/src/text/en.ts';
import { launch } from './browser.ts';
import { type FlakyProxy, openFlakyProxy } from './flakyProxy.ts';

/** What the page says, for finding things by their names. */
export const words = en;

export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true } satisfies BrowserContextOptions;
export const desktop = { viewport: { width: 1440, height: 900 } } satisfies BrowserContextOptions;

interface VisitOptions {
  /** Who the visitor said to be before; a first visit when left out. */
  name?: string;
  /** Where the visitor said to be before. */
  place?: Location;
  /** Where the device says that it is; when left out, it may not tell. */
  position?: Location;
  /** What comes after the server's base, such as `#/room/...`. */
  path?: string;
  browser?: BrowserContextOptions;
}

export interface Visitor {
  readonly page: Page;
  /** What nobody caught, and what the browser complained of; but not that it was offline while it was. */
  readonly problems: readonly string[];
  /** Where the page asked for something. */
  readonly requests: readonly string[];
  /** Takes the network away, once the browser keeps the page. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Cuts off the server alone; the device goes on believing that it is online. */
  readonly proxy: Pick<FlakyProxy, 'cut' | 'mend'>;
}

interface TestBrowser extends AsyncDisposable {
  /** Opens the page of that server, for a person of their own: storage and network are shared with nobody. */
  visit(serverUrl: string, options?: VisitOptions): Promise<Visitor>;
}

interface BrowserOptions {
  /** Frames follow each other as fast as they are drawn, not 60 in a second: for tests that wait for thousands of them. */
  hurried?: boolean;
}

/** A browser for pages of several people. */
export async function openBrowser({ hurried = false }: BrowserOptions = {}): Promise<TestBrowser> {
  const browser = await launch(hurried ? ['--disable-frame-rate-limit'] : []);
  const stack = new AsyncDisposableStack();
  stack.defer(() => browser.close());
  const visit = async (serverUrl: string, options: VisitOptions = {}) => {
    const proxy = stack.use(await openFlakyProxy(serverUrl));
    const context = await browser.newContext(contextOptions(proxy.url, options));
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

async function openVisit(context: BrowserContext, proxy: FlakyProxy): Promise<Visitor> {
  const page = await context.newPage();
  const problems: string[] = [];
  const requests: string[] = [];
  let wasCut = false;
  const complain = (text: string) => {
    if (!(wasCut && offlineWords.test(text))) problems.push(text);
  };
  page.on('pageerror', (error) => complain(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complain(message.text());
  });
  page.on('request', (request) => requests.push(request.url()));
  page.on('websocket', (socket) => requests.push(socket.url()));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      // biome-ignore lint/suspicious/noConsole: it is how the test hears of it
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
      // The browser's own switch tells the page and stops new connections, but leaves an open WebSocket alone.
      await context.setOffline(true);
      proxy.cut();
    },
    mend: async () => {
      proxy.mend();
      await context.setOffline(false);
    },
  };
}

/** Goes into the room nearest to the visitor's place, or opens one there. */
export async function enterNearest({ page }: Pick<Visitor, 'page'>): Promise<void> {
  await page
    .getByRole('button', { name: words.radar.join })
    .or(page.getByRole('button', { name: words.radar.open, exact: true }))
    .first()
    .click();
  await composer(page).waitFor();
}

/** Where messages are written. */
export const composer = (page: Page) => page.getByRole('textbox', { name: words.room.composerLabel('') });

export async function say({ page }: Pick<Visitor, 'page'>, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press('Enter');
}

/** The messages on the page, in their order: those of these texts. */
export async function shown({ page }: Pick<Visitor, 'page'>, texts: readonly string[]): Promise<string[]> {
  const articles = await page.getByRole('log', { name: words.room.messages }).getByRole('article').allInnerTexts();
  return articles.flatMap((article) => texts.filter((text) => article.includes(text)));
}
