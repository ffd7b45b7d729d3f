import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { moderate as german } from '../../../packages/web/src/text/de/moderate.ts';
import { moderate } from '../../../packages/web/src/text/en/moderate.ts';
import { safety } from '../../../packages/web/src/text/en/safety.ts';
import { sanctions } from '../../../packages/web/src/text/en/sanctions.ts';
import { violations } from '../../resources/axe.ts';
import { desktop, enterNearest, openBrowser, phone, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { checkedTokens, tokenSecret } from '../../resources/tokens.ts';

const sign = (userId: string, username: string, roles: string[] = []) =>
  new SignJWT({ username, roles })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(tokenSecret));

/** A room in which Ada reported that many messages of Bob. */
async function reportedRoom(url: string, count: number) {
  using bob = stockClient(url, { token: await sign('bob', 'Bob') });
  using ada = stockClient(url, { token: await sign('ada', 'Ada') });
  const { room } = await bob.api.rooms.join.mutate({ location: somewhere() });
  await ada.api.rooms.join.mutate({ roomId: room.id });
  for (let n = 1; n <= count; n += 1) {
    const { id: messageId } = await bob.api.messages.send.mutate({ roomId: room.id, content: `offer ${n}` });
    await ada.api.reports.file.mutate({ roomId: room.id, messageId, reason: 'spam', note: `note ${n}` });
    if (n === 1) await bob.api.messages.edit.mutate({ roomId: room.id, messageId, content: 'harmless' });
  }
  return room;
}

test('by keyboard, a moderator sees the queue with context and resolves reports; the focus moves to the next one', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const room = await reportedRoom(earshot.a.url, 2);
  const token = await sign('mo', 'Mo', ['moderator']);
  const mo = await browser.visit(earshot.a.url, { path: `moderate#token=${token}` });
  const { page } = mo;
  const cards = page.getByRole('list', { name: moderate.queue }).getByRole('article');
  await expect.poll(() => cards.count()).toBe(2);
  await page.getByText(moderate.counts(2, 0)).waitFor();
  const [first, second] = [cards.first(), cards.last()];
  await first.getByRole('heading', { name: `${safety.reasons.spam}: Bob` }).waitFor();
  for (const text of [
    'offer 1',
    moderate.note('note 1'),
    moderate.reportedBy('Ada'),
    moderate.inRoom(room.name),
    'harmless',
  ]) {
    await first.getByText(text).first().waitFor();
  }
  await second.getByText('offer 2').waitFor();
  expect(await violations(page)).toEqual([]);

  await first.getByLabel(moderate.noteLabel).fill('not that bad');
  await first.getByRole('button', { name: moderate.actions.dismissed }).press('Enter');
  await page
    .getByRole('status')
    .filter({ hasText: moderate.done(moderate.outcomes.dismissed) })
    .waitFor();
  await expect.poll(() => cards.count()).toBe(1);
  await expect.poll(() => cards.evaluate((element) => element === document.activeElement)).toBe(true);
  await cards.getByRole('button', { name: moderate.actions.other }).press('Enter');
  await page.getByText(moderate.empty.open).waitFor();
  await expect
    .poll(() =>
      page.getByRole('heading', { name: moderate.queue }).evaluate((element) => element === document.activeElement),
    )
    .toBe(true);

  await page.getByLabel(moderate.states.resolved).check();
  await expect.poll(() => cards.count()).toBe(2);
  await page.getByText(moderate.note('not that bad')).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(mo.problems).toEqual([]);
});

test('by keyboard, a moderator mutes the author of a reported message, which resolves the report', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const room = await reportedRoom(earshot.a.url, 2);
  const mo = await browser.visit(earshot.a.url, { path: `moderate#token=${await sign('mo', 'Mo', ['moderator'])}` });
  const { page } = mo;
  const cards = page.getByRole('list', { name: moderate.queue }).getByRole('article');
  await expect.poll(() => cards.count()).toBe(2);
  await cards.first().getByRole('button', { name: sanctions.open }).press('Enter');
  const dialog = page.getByRole('dialog', { name: sanctions.sanctionTitle('') });
  await dialog.waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.press('Escape');
  await expect.poll(() => dialog.count()).toBe(0);

  await cards.first().getByRole('button', { name: sanctions.open }).press('Enter');
  await dialog.getByLabel(sanctions.choices.mute).press('Space');
  await dialog.getByLabel(sanctions.duration).selectOption(sanctions.durations.week);
  await dialog.getByLabel(sanctions.reasonLabel).fill('offers everywhere');
  await dialog.getByLabel(sanctions.reasonLabel).press('Enter');
  await page
    .getByRole('status')
    .filter({ hasText: moderate.done(moderate.outcomes.sanctioned) })
    .waitFor();
  await expect.poll(() => cards.count()).toBe(1);
  await expect.poll(() => cards.evaluate((element) => element === document.activeElement)).toBe(true);

  using bob = stockClient(earshot.a.url, { token: await sign('bob', 'Bob') });
  const [own] = await bob.api.me.sanctions.query();
  expect(own).toMatchObject({ kind: 'mute', scope: { type: 'room', roomId: room.id }, reason: 'offers everywhere' });
  expect(mo.problems).toEqual([]);
});

test('by keyboard, a moderator sees the sanctions of the server and lifts one', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const token = await sign('mo', 'Mo', ['moderator']);
  using api = stockClient(earshot.a.url, { token });
  const scope = { type: 'server' } as const;
  await api.api.moderation.ban.mutate({ scope, userId: 'bob', reason: 'offers everywhere' });
  await api.api.moderation.mute.mutate({ scope, userId: 'eve', lastsMs: 3_600_000 });
  const mo = await browser.visit(earshot.a.url, { path: `moderate#token=${token}` });
  const { page } = mo;
  await page.getByRole('tab', { name: moderate.queue }).press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const items = page.getByRole('list', { name: sanctions.title }).getByRole('listitem');
  await expect.poll(() => items.count()).toBe(2);
  await items.getByText(sanctions.reason('offers everywhere')).waitFor();
  expect(await violations(page)).toEqual([]);
  const banned = items.filter({ hasText: sanctions.kinds.ban });
  await banned.getByRole('button', { name: sanctions.lift }).press('Enter');
  await page.getByRole('status').filter({ hasText: sanctions.kinds.ban }).waitFor();
  await expect.poll(() => items.count()).toBe(1);
  const inForce = await api.api.moderation.sanctions.query({ scope });
  expect(inForce).toMatchObject([{ kind: 'mute', userId: 'eve' }]);
  expect(mo.problems).toEqual([]);
});

test('further pages are loaded on request, in German, on a phone', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  await reportedRoom(earshot.a.url, 21);
  const token = await sign('mo', 'Mo', ['moderator']);
  const { page } = await browser.visit(earshot.a.url, {
    path: `moderate#token=${token}`,
    browser: { ...phone, locale: 'de-DE' },
  });
  const cards = page.getByRole('list', { name: german.queue }).getByRole('article');
  await expect.poll(() => cards.count()).toBe(20);
  await page.getByRole('button', { name: german.more }).click();
  await expect.poll(() => cards.count()).toBe(21);
  expect(await violations(page)).toEqual([]);
  const [width, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(width).toBeLessThanOrEqual(shown ?? 0);
});

test('the owner of a room opens it from the list of users present, and makes another user a moderator there', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const path = `#token=${await sign('ada', 'Ada')}`;
  const ada = await browser.visit(earshot.a.url, { place: somewhere(), path });
  await enterNearest(ada);
  const { page } = ada;
  await page.getByRole('button', { name: words.room.peopleHere(1) }).click();
  await page.getByRole('link', { name: safety.moderate }).click();
  await page.getByRole('tab', { name: moderate.queue }).press('End');
  await page.keyboard.press('ArrowLeft');
  await page.getByLabel(moderate.userId).fill('bob');
  await page.getByRole('button', { name: moderate.grant }).press('Enter');
  await page
    .getByRole('status')
    .filter({ hasText: moderate.granted('bob') })
    .waitFor();
  const roles = page.getByRole('list', { name: moderate.roles }).getByRole('listitem');
  await expect.poll(() => roles.count()).toBe(2);
  await roles.filter({ hasText: moderate.roleNames.roomModerator }).getByText('bob').waitFor();
  expect(await violations(page)).toEqual([]);
  await roles.getByRole('button', { name: `${moderate.withdraw}: bob` }).press('Enter');
  await expect.poll(() => roles.count()).toBe(1);
  expect(ada.problems).toEqual([]);
});

test('other users see that they are not moderators', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const { page } = await browser.visit(earshot.a.url, {
    path: `moderate#token=${await sign('ada', 'Ada')}`,
    browser: desktop,
  });
  await page.getByRole('status').filter({ hasText: moderate.noRole }).waitFor();
  await page.getByRole('link', { name: moderate.back }).click();
  await expect.poll(() => new URL(page.url()).pathname).toBe('/');
});
