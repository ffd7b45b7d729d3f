import { createEarshotClient } from '@earshot/client';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { de } from '../../../packages/web/src/text/de.ts';
import { violations } from '../../resources/axe.ts';
import { desktop, openBrowser, phone, words } from '../../resources/page.ts';
import { north, somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

const list = (page: Page) => page.getByRole('list', { name: words.radar.list });
const blips = (page: Page) => page.getByRole('group', { name: words.radar.radar }).getByRole('button');
/** The pulse of the only room, once it has woken that often. */
const pulse = (page: Page, wakes: number) => blips(page).locator(`[data-wakes="${wakes}"]`);

test.each(['no-preference', 'reduce'] as const)(
  'a room made elsewhere appears without a reload and pulses, and again when it wakes (motion: %s)',
  async (reducedMotion) => {
    await using earshot = await startEmbedded();
    await using browser = await openBrowser();
    const place = somewhere();
    const ada = await browser.visit(earshot.a.url, { name: 'Ada', place, browser: { ...phone, reducedMotion } });
    const { page } = ada;
    await page.getByText(words.radar.empty).waitFor();

    await using bob = disposable(createEarshotClient({ url: earshot.a.url, username: 'Bob' }));
    const { room } = await bob.client.trpc.rooms.join.mutate({ location: place });
    await list(page).getByRole('listitem').waitFor();
    await pulse(page, 1).waitFor({ state: 'attached' });
    await bob.client.trpc.messages.send.mutate({ roomId: room.id, content: 'Anybody here?' });
    await pulse(page, 2).waitFor({ state: 'attached' });
    const animation = await pulse(page, 2).evaluate((element) => getComputedStyle(element).animationName);
    expect(animation).toContain(reducedMotion === 'reduce' ? 'fade' : 'spread');
    expect(await blips(page).count()).toBe(1);
    if (reducedMotion === 'reduce') expect(await violations(page)).toEqual([]);
    // Screen readers announce none of it: neither the radar nor the list is in a live region.
    expect(await page.locator('[aria-live], [role=status], [role=log], [role=alert]').locator('li').count()).toBe(0);

    await ada.cut();
    await list(page).getByRole('listitem').waitFor();
    await ada.mend();
    await using watch = disposable(createEarshotClient({ url: earshot.a.url, username: 'Cy' }));
    await watch.client.watchRoom({ roomId: room.id });
    await list(page).getByText(words.radar.here(1)).waitFor({ state: 'attached' });
    expect(ada.problems).toEqual([]);
  },
);

test('the liveliest room is offered where the nearest is quiet; previews, and an order that is remembered', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const place = somewhere();
  await using bob = disposable(createEarshotClient({ url: earshot.a.url, username: 'Bob' }));
  const { room: near } = await bob.client.trpc.rooms.join.mutate({ location: place });
  const far = await bob.client.watchRoom({ location: north(place, 3_000), searchRadius: 500 });
  await far.send('Anybody here?');
  const german = { ...desktop, locale: 'de-DE', colorScheme: 'dark', reducedMotion: 'reduce' } as const;
  for (const [texts, options] of [
    [words, phone],
    [de, german],
  ] as const) {
    const ada = await browser.visit(earshot.a.url, { name: 'Ada', place, browser: options });
    const { page } = ada;
    const rooms = (name: string) => page.getByRole('list', { name, exact: true }).getByRole('button');
    const previewOf = (name: string) => rooms(name).filter({ hasText: 'Bob: Anybody here?' });
    await previewOf(texts.radar.list).getByText(texts.radar.justNow, { exact: true }).waitFor();
    expect(await rooms(texts.radar.list).last().textContent()).toContain('Anybody here?');
    const order = page.getByRole('group', { name: texts.radar.order });
    await order.getByRole('radio', { name: texts.radar.orders.near }).focus();
    await page.keyboard.press('ArrowRight');
    await previewOf(texts.radar.listLively).waitFor();
    expect(await rooms(texts.radar.listLively).first().textContent()).toContain('Anybody here?');
    expect(await violations(page)).toEqual([]);
    await page.reload();
    await previewOf(texts.radar.listLively).waitFor();
    expect(await order.getByRole('radio', { name: texts.radar.orders.lively }).isChecked()).toBe(true);

    await page.getByRole('button', { name: texts.radar.joinLiveliest }).click();
    await page.getByRole('textbox', { name: texts.room.composerLabel('') }).waitFor();
    expect(new URL(page.url()).hash).toBe(`#/room/${far.room.id}`);
    expect(far.room.id).not.toBe(near.id);
    expect(ada.problems).toEqual([]);
  }
});

const disposable = (client: ReturnType<typeof createEarshotClient>) => ({
  client,
  [Symbol.asyncDispose]: () => client.close(),
});
