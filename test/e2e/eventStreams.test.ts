import { fileURLToPath } from 'node:url';
import type { EarshotClient, EarshotClientOptions } from '@earshot/client';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { launch } from '../resources/browser.ts';
import { startEmbedded } from '../resources/server.ts';

declare global {
  var earshot: { create: (options: EarshotClientOptions) => EarshotClient };
}

const web = fileURLToPath(new URL('../../packages/web/', import.meta.url));

/** The client as one script for a browser. */
async function bundleClient(): Promise<string> {
  const entry = 'virtual:entry';
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    root: web,
    build: { write: false, rollupOptions: { input: entry, output: { codeSplitting: false } } },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? entry : null),
        load: (id) =>
          id === entry
            ? "import { createEarshotClient } from '@earshot/client'; globalThis.earshot = { create: createEarshotClient };"
            : null,
      },
    ],
  });
  const [output] = [built].flat();
  if (output === undefined || !('output' in output)) throw new Error('nothing was built');
  return output.output[0].code;
}

/** Watches a new room; resolves with `live` or the code of the error. */
function watchAnother(page: Page, nth: number): Promise<string> {
  return page.evaluate(async (nth) => {
    const client = earshot.create({ url: location.origin, username: 'Ada', transport: 'http' });
    const room = await client.watchRoom({ location: { latitude: nth, longitude: nth } });
    return new Promise<string>((resolve) => {
      const look = () => {
        const { status, error } = room.state.get();
        if (status === 'live') resolve('live');
        else if (error !== null) resolve(error.code);
      };
      room.state.subscribe(look);
      look();
    });
  }, nth);
}

test('over HTTP/1.1 the pages of a browser watch four rooms, the fifth is refused by name, and sends go out', async () => {
  await using server = await startEmbedded();
  const browser = await launch();
  await using _ = { [Symbol.asyncDispose]: () => browser.close() };
  const context = await browser.newContext();
  const script = await bundleClient();
  await context.route('**/test.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/test.js"></script>' }),
  );
  await context.route('**/test.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  const pages = [await context.newPage(), await context.newPage()];
  const results: string[] = [];
  for (const page of pages) {
    await page.goto(`${server.a.url}/test.html`);
    await page.waitForFunction(() => 'earshot' in globalThis);
    for (let i = 0; i < 3; i += 1) results.push(await watchAnother(page, results.length));
  }
  expect(results).toEqual(['live', 'live', 'live', 'live', 'TOO_MANY_STREAMS', 'TOO_MANY_STREAMS']);

  const sent = await pages[1]?.evaluate(async () => {
    const client = earshot.create({ url: location.origin, username: 'Bob', transport: 'http' });
    const { room } = await client.trpc.rooms.join.mutate({ location: { latitude: 0, longitude: 0 } });
    return (await client.trpc.messages.send.mutate({ roomId: room.id, content: 'still sent' })).content;
  });
  expect(sent).toBe('still sent');

  await pages[0]?.close();
  const third = await context.newPage();
  await third.goto(`${server.a.url}/test.html`);
  await third.waitForFunction(() => 'earshot' in globalThis);
  expect(await watchAnother(third, 9)).toBe('live');
});
