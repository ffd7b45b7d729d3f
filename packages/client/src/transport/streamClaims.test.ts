import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { type PageChannel, streamClaims } from './streamClaims.ts';

const host = 'a.example';
const channels: BroadcastChannel[] = [];
afterEach(() => {
  for (const channel of channels.splice(0)) channel.close();
});

function openChannel(name: string): BroadcastChannel {
  const channel = new BroadcastChannel(name);
  channels.push(channel);
  return channel;
}

/** A page, with the slots that were revoked later. */
function openPage(channel: PageChannel | undefined) {
  const take = streamClaims(channel);
  const revoked: string[] = [];
  return { revoked, take: (of = host) => take(of, () => revoked.push(of)) };
}

const count = (releases: readonly unknown[]) => releases.filter((release) => release !== null).length;

test('pages that claim at the same moment get four slots together, for each server', async () => {
  const name = randomUUID();
  const pages = [1, 2, 3].map(() => openPage(openChannel(name)));
  const taken = await Promise.all(pages.flatMap((page) => [page.take(), page.take(), page.take('b.example')]));
  expect([count(taken), count(taken.filter((_, index) => index % 3 === 2))]).toEqual([7, 3]);
  expect(pages.flatMap(({ revoked }) => revoked)).toEqual([]);
});

test('a slot is free after its release, and after its page is closed', async () => {
  const name = randomUUID();
  const ending = openChannel(name);
  const [one, other] = [openPage(ending), openPage(openChannel(name))];
  const [first] = [await one.take(), await one.take(), await one.take(), await one.take()];
  expect(await other.take()).toBeNull();
  first?.();
  expect(await other.take()).not.toBeNull();
  expect([await one.take(), await other.take()]).toEqual([null, null]);
  ending.close();
  expect(count([await other.take(), await other.take(), await other.take(), await other.take()])).toBe(3);
});

test('a late answer of a busy page revokes the slot', async () => {
  const name = randomUUID();
  const channel = openChannel(name);
  const received: MessageEvent[] = [];
  const busy: PageChannel = { postMessage: (notice) => channel.postMessage(notice), onmessage: null };
  channel.onmessage = (event) => received.push(event);
  const [one, other] = [openPage(busy), openPage(openChannel(name))];
  for (let i = 0; i < 3; i += 1) await one.take();
  expect(count([await other.take(), await other.take()])).toBe(2);
  for (const event of received) busy.onmessage?.(event);
  channel.onmessage = (event) => busy.onmessage?.(event);
  await expect.poll(() => other.revoked).toEqual([host]);
  expect(one.revoked).toEqual([]);
  expect(await other.take()).toBeNull();
});

test('pages without a channel count only their own streams', async () => {
  const page = openPage(undefined);
  expect(count([await page.take(), await page.take(), await page.take(), await page.take(), await page.take()])).toBe(
    4,
  );
});
