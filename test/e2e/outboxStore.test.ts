import { readFile } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OutboxStore, StoredMessage } from '@earshot/client';
import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { launch } from '../resources/browser.ts';

const web = fileURLToPath(new URL('../../packages/web/', import.meta.url));
const idb = join(dirname(createRequire(join(web, 'package.json')).resolve('idb')), 'index.js');
const html = `<!doctype html><title>outbox</title><link rel="icon" href="data:,">
  <script type="importmap">{ "imports": { "idb": "/idb.js" } }</script>
  <script type="module">
    import { indexedDbOutbox } from '/indexedDbOutbox.ts';
    globalThis.outbox = indexedDbOutbox();
  </script>`;

declare global {
  var outbox: OutboxStore;
  var inherited: StoredMessage[];
}

/** Serves the page's outbox store, with its types stripped, to a browser without a server. */
async function serveStore(context: BrowserContext): Promise<void> {
  await context.route('**/*', async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html });
    const source = pathname === '/idb.js' ? idb : join(web, 'src/outbox', pathname);
    const code = await readFile(source, 'utf8');
    const body = pathname.endsWith('.ts') ? stripTypeScriptTypes(code) : code;
    return route.fulfill({ contentType: 'text/javascript', body });
  });
}

async function openBrowser() {
  const browser = await launch();
  const context = await browser.newContext();
  await serveStore(context);
  return { context, [Symbol.asyncDispose]: () => browser.close() };
}

/** Opens a page and loads its store for this user. `left` has the stored messages. */
async function openStore(context: BrowserContext, { sender = 'id ada', origin = 'http://localhost' } = {}) {
  const page = await context.newPage();
  await page.goto(origin);
  const left = await page.evaluate(async (sender) => {
    globalThis.inherited = [];
    return outbox.load(sender, (messages) => inherited.push(...messages));
  }, sender);
  return { page, left };
}

const put = (page: Page, ...messages: StoredMessage[]) =>
  page.evaluate(async (messages) => {
    for (const message of messages) await outbox.put(message);
  }, messages);

const remove = (page: Page, clientMessageId: string) => page.evaluate((id) => outbox.remove(id), clientMessageId);

const adopted = (page: Page) => page.evaluate(() => inherited);

const waiting = (clientMessageId: string, change: Partial<StoredMessage> = {}): StoredMessage => ({
  clientMessageId,
  roomId: 'room',
  content: `text of ${clientMessageId}`,
  sentAt: new Date(),
  sender: 'id ada',
  ...change,
});

const ids = (messages: readonly StoredMessage[]) => messages.map(({ clientMessageId }) => clientMessageId);

test('the next page loads the messages of the previous one, complete and in order', async () => {
  await using browser = await openBrowser();
  const first = await openStore(browser.context);
  expect(first.left).toEqual([]);
  const messages = ['z', 'a', 'm', 'k'].map((id) => waiting(id));
  await put(first.page, ...messages);
  await put(first.page, waiting('z', { content: 'put again' }));
  await remove(first.page, 'a');
  await remove(first.page, 'never put');
  await first.page.close();
  const { left } = await openStore(browser.context);
  const [z, , ...others] = messages;
  expect(left).toEqual(
    [{ ...z, content: 'put again' }, ...others].map((one) => ({ ...one, sentAt: expect.any(Date) })),
  );
  expect(left.map(({ sentAt }) => sentAt.getTime()).slice(1)).toEqual(others.map(({ sentAt }) => sentAt.getTime()));
});

test('the messages of another user stay stored for that user', async () => {
  await using browser = await openBrowser();
  const eve = await openStore(browser.context, { sender: 'id eve' });
  await put(eve.page, waiting("eve's", { sender: 'id eve' }));
  await eve.page.close();
  const ada = await openStore(browser.context);
  expect(ada.left).toEqual([]);
  const back = await openStore(browser.context, { sender: 'id eve' });
  expect(ids(back.left)).toEqual(["eve's"]);
});

test('messages older than a month are dropped', async () => {
  await using browser = await openBrowser();
  const day = 24 * 60 * 60_000;
  const first = await openStore(browser.context);
  await put(first.page, waiting('old', { sentAt: new Date(Date.now() - 31 * day) }));
  await put(first.page, waiting('not so old', { sentAt: new Date(Date.now() - 29 * day) }));
  await first.page.close();
  expect(ids((await openStore(browser.context)).left)).toEqual(['not so old']);
});

describe('with several pages', () => {
  test('each page owns its messages; when one closes, another takes them over', async () => {
    await using browser = await openBrowser();
    const first = await openStore(browser.context);
    await put(first.page, waiting('a'), waiting('b'));
    const second = await openStore(browser.context);
    expect(second.left).toEqual([]);
    await put(second.page, waiting('c'));

    await first.page.close();
    await expect.poll(async () => ids(await adopted(second.page))).toEqual(['a', 'b']);
    const third = await openStore(browser.context);
    expect(third.left).toEqual([]);
    await remove(second.page, 'b');
    await second.page.close();
    await expect.poll(async () => ids(await adopted(third.page))).toEqual(['a', 'c']);
  });

  test('an earlier page takes over the messages of a later one', async () => {
    await using browser = await openBrowser();
    const earlier = await openStore(browser.context);
    const later = await openStore(browser.context);
    await put(later.page, waiting('a'));
    await later.page.close();
    await expect.poll(async () => ids(await adopted(earlier.page))).toEqual(['a']);
  });

  test('only one page takes over the messages of a closed one', async () => {
    await using browser = await openBrowser();
    const gone = await openStore(browser.context);
    await put(gone.page, waiting('a'), waiting('b'));
    const successors = [await openStore(browser.context), await openStore(browser.context)];
    await gone.page.close();
    const both = async () => (await Promise.all(successors.map(({ page }) => adopted(page)))).flatMap(ids);
    await expect.poll(both).toEqual(['a', 'b']);
    for (const { page } of successors) await page.close();
    expect(ids((await openStore(browser.context)).left)).toEqual(['a', 'b']);
  });

  test('a page that closes its client releases its messages', async () => {
    await using browser = await openBrowser();
    const first = await openStore(browser.context);
    await put(first.page, waiting('a'));
    await first.page.evaluate(() => outbox.close?.());
    const second = await openStore(browser.context);
    expect(ids(second.left)).toEqual(['a']);
  });

  test('the messages of a reloaded page are loaded once, by itself or by another page', async () => {
    await using browser = await openBrowser();
    const other = await openStore(browser.context);
    const { page } = await openStore(browser.context);
    await put(page, waiting('a'));
    await page.reload();
    const again = await openStore(browser.context);
    const taken = async () => [...ids(again.left), ...ids(await adopted(other.page))];
    await expect.poll(taken).toEqual(['a']);
  });
});

test('without a secure context there are no locks: every page loads all messages when it opens', async () => {
  await using browser = await openBrowser();
  const origin = 'http://chat.example';
  const first = await openStore(browser.context, { origin });
  expect(await first.page.evaluate(() => 'locks' in navigator)).toBe(false);
  await put(first.page, waiting('a'));
  const second = await openStore(browser.context, { origin });
  expect(ids(second.left)).toEqual(['a']);
  await remove(first.page, 'a');
  expect(ids((await openStore(browser.context, { origin })).left)).toEqual([]);
});

test('a database that is deleted while in use is created again', async () => {
  await using browser = await openBrowser();
  const { page } = await openStore(browser.context);
  await put(page, waiting('a'));
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase('earshot-outbox');
        request.onsuccess = () => resolve();
        request.onerror = () => reject(request.error);
      }),
  );
  await put(page, waiting('b'));
  await page.close();
  expect(ids((await openStore(browser.context)).left)).toEqual(['b']);
});
