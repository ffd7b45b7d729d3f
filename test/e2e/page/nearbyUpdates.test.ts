import { createEarshotClient } from '@earshot/client';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { violations } from '../../resources/axe.ts';
import { openBrowser, phone, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
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

const disposable = (client: ReturnType<typeof createEarshotClient>) => ({
  client,
  [Symbol.asyncDispose]: () => client.close(),
});
