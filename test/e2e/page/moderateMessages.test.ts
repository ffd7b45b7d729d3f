import { expect, test } from 'vitest';
import { sanctions as german } from '../../../packages/web/src/text/de/sanctions.ts';
import { de } from '../../../packages/web/src/text/de.ts';
import { moderate } from '../../../packages/web/src/text/en/moderate.ts';
import { sanctions } from '../../../packages/web/src/text/en/sanctions.ts';
import { violations } from '../../resources/axe.ts';
import { identityOf } from '../../resources/moderators.ts';
import { enterNearest, messageLog, openBrowser, phone, say, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { checkedTokens } from '../../resources/tokens.ts';

test('by keyboard, a moderator removes a reported message, which resolves the report', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  using bob = stockClient(earshot.a.url, await identityOf('bob'));
  using ada = stockClient(earshot.a.url, await identityOf('ada'));
  const { room } = await bob.api.rooms.join.mutate({ location: somewhere() });
  const { id: messageId } = await bob.api.messages.send.mutate({ roomId: room.id, content: 'buy now' });
  await ada.api.reports.file.mutate({ roomId: room.id, messageId, reason: 'spam' });

  const { token } = await identityOf('mo', 'moderator');
  const mo = await browser.visit(earshot.a.url, { path: `moderate#token=${token}` });
  const { page } = mo;
  const card = page.getByRole('list', { name: moderate.queue }).getByRole('article');
  await card.getByLabel(moderate.noteLabel).fill('an advertisement');
  expect(await violations(page)).toEqual([]);
  await card.getByRole('button', { name: moderate.actions.removed }).press('Enter');
  await page
    .getByRole('status')
    .filter({ hasText: moderate.done(moderate.outcomes.removed) })
    .waitFor();
  await card.waitFor({ state: 'detached' });

  const { messages } = await bob.api.messages.history.query({ roomId: room.id });
  expect(messages).toMatchObject([{ id: messageId, removedBy: 'moderator' }]);
  using moderator = stockClient(earshot.a.url, { token });
  const { entries } = await moderator.api.moderation.audit.query({ roomId: room.id });
  expect(entries).toMatchObject([
    { action: 'resolveReport', reason: 'an advertisement' },
    { action: 'removeMessage', reason: 'an advertisement', subjectUserId: 'bob' },
  ]);
  await page.getByLabel(moderate.states.resolved).check();
  await card.getByText(moderate.since.deleted).waitFor();
  expect(await card.getByText(moderate.outcomes.removed).count()).toBe(1);
  expect(mo.problems).toEqual([]);
});

test('by keyboard, a moderator removes a message from its menu, and mutes its author from the list of users present', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const place = somewhere();
  const path = `#token=${(await identityOf('ada')).token}`;
  const ada = await browser.visit(earshot.a.url, { place, path });
  await enterNearest(ada);
  const bob = await browser.visit(earshot.a.url, { place, path: `#token=${(await identityOf('bob')).token}` });
  await enterNearest(bob);
  await say(bob, 'buy now');

  const { page } = ada;
  const message = messageLog(page).getByRole('article').filter({ hasText: 'buy now' });
  await message.focus();
  await message.getByRole('button', { name: words.room.more }).press('Enter');
  const dialog = page.getByRole('dialog').last();
  await dialog.getByRole('button', { name: sanctions.remove }).press('Enter');
  await dialog.getByLabel(sanctions.removeReason).fill('an advertisement');
  expect(await violations(page)).toEqual([]);
  await dialog.getByLabel(sanctions.removeReason).press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await messageLog(bob.page).getByText(words.room.removed).waitFor();

  await page.getByRole('button', { name: words.room.peopleHere(2) }).press('Enter');
  await page.getByRole('button', { name: `${words.room.more}: Bob` }).press('Enter');
  await dialog.getByRole('button', { name: sanctions.open }).press('Enter');
  await dialog.getByLabel(sanctions.reasonLabel).fill('offers everywhere');
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: sanctions.submit.mute }).press('Enter');
  await dialog.getByRole('status').filter({ hasText: sanctions.sanctioned }).waitFor();
  using api = stockClient(earshot.a.url, await identityOf('bob'));
  expect(await api.api.me.sanctions.query()).toMatchObject([{ kind: 'mute', reason: 'offers everywhere' }]);
  expect(ada.problems).toEqual([]);
});

test('a moderator bans the author of a message and removes it at once, in German, on a phone; members have no such buttons', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const place = somewhere();
  using eve = stockClient(earshot.a.url, await identityOf('eve'));
  const { room } = await eve.api.rooms.join.mutate({ location: place });
  await eve.api.messages.send.mutate({ roomId: room.id, content: 'buy now' });

  const germanPhone = { ...phone, locale: 'de-DE' };
  const open = async (userId: string, ...roles: string[]) => {
    const path = `#token=${(await identityOf(userId, ...roles)).token}`;
    const visitor = await browser.visit(earshot.a.url, { place, path, browser: germanPhone });
    await visitor.page.getByRole('button', { name: de.radar.join }).first().click();
    const message = visitor.page.getByRole('log').getByRole('article').filter({ hasText: 'buy now' });
    await message.focus();
    await message.getByRole('button', { name: de.room.more }).press('Enter');
    return { ...visitor, message, dialog: visitor.page.getByRole('dialog') };
  };
  const bob = await open('bob');
  await bob.dialog.getByRole('button').nth(2).waitFor();
  expect(await bob.dialog.getByRole('button', { name: german.open }).count()).toBe(0);

  const mo = await open('mo', 'moderator');
  await mo.dialog.getByRole('button', { name: german.open }).click();
  await mo.dialog.getByLabel(german.choices.ban).check();
  await mo.dialog.getByLabel(german.where).selectOption(german.scopes.server);
  await mo.dialog.getByLabel(german.removeToo).check();
  expect(await violations(mo.page)).toEqual([]);
  const [width, shown] = await mo.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(width).toBeLessThanOrEqual(shown ?? 0);
  await mo.dialog.getByRole('button', { name: german.submit.ban }).click();
  await mo.dialog.waitFor({ state: 'detached' });
  await mo.message.waitFor({ state: 'detached' });
  using moderator = stockClient(earshot.a.url, await identityOf('mo', 'moderator'));
  const inForce = await moderator.api.moderation.sanctions.query({ scope: { type: 'server' } });
  expect(inForce).toMatchObject([{ kind: 'ban', userId: 'eve' }]);
  expect(mo.problems).toEqual([]);
});
