import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { audit as germanAudit } from '../../../packages/web/src/text/de/audit.ts';
import { people as german } from '../../../packages/web/src/text/de/people.ts';
import { audit } from '../../../packages/web/src/text/en/audit.ts';
import { moderate } from '../../../packages/web/src/text/en/moderate.ts';
import { people } from '../../../packages/web/src/text/en/people.ts';
import { sanctions } from '../../../packages/web/src/text/en/sanctions.ts';
import { violations } from '../../resources/axe.ts';
import { identityOf } from '../../resources/moderators.ts';
import { openBrowser, phone } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { checkedTokens } from '../../resources/tokens.ts';

/** A room of Ada in which Bob, who is hidden from others, wrote a message. */
async function roomWithBob(url: string) {
  using ada = stockClient(url, await identityOf('ada'));
  using bob = stockClient(url, await identityOf('bob'));
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  await bob.api.me.setVisibility.mutate({ rooms: 'all', visible: false });
  await bob.api.rooms.join.mutate({ roomId: room.id });
  await bob.api.messages.send.mutate({ roomId: room.id, content: 'buy now' });
  return room.id;
}

test('by keyboard, a moderator finds a user by name, removes a message, bans the user and lifts the ban', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const roomId = await roomWithBob(earshot.a.url);
  const { token } = await identityOf('mo', 'moderator');
  const mo = await browser.visit(earshot.a.url, { path: `moderate#token=${token}` });
  const { page } = mo;
  const hasFocus = (name: string, role: 'heading' | 'button') =>
    expect
      .poll(() => page.getByRole(role, { name }).evaluate((element) => element === document.activeElement))
      .toBe(true);
  await page.getByRole('tab', { name: moderate.queue }).press('ArrowRight');
  await page.getByLabel(people.search).fill('BO');
  await page.getByLabel(people.search).press('Enter');
  await page
    .getByRole('status')
    .filter({ hasText: people.found(1) })
    .waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('list', { name: people.results }).getByRole('button', { name: 'Bob' }).press('Enter');
  await hasFocus('Bob', 'heading');
  const section = (name: string) => page.getByRole('region', { name, exact: true });
  await section(people.messages).getByText('buy now').waitFor();
  await section(people.rooms).getByRole('listitem').getByRole('link').waitFor();
  expect(await violations(page)).toEqual([]);

  await section(people.messages).getByRole('button', { name: people.remove }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: sanctions.removeSubmit }).press('Enter');
  await page.getByRole('status').filter({ hasText: people.removed }).waitFor();
  await hasFocus('Bob', 'heading');
  await section(people.messages).getByText(people.nothing).waitFor();
  await section(people.decisions).getByText(audit.actions.removeMessage).waitFor();

  await page.getByRole('button', { name: people.sanction }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(sanctions.choices.ban).press('Space');
  expect(await dialog.getByLabel(sanctions.choices.kick).count()).toBe(0);
  await dialog.getByRole('button', { name: sanctions.submit.ban }).press('Enter');
  await page.getByRole('status').filter({ hasText: people.sanctioned }).waitFor();
  using moderator = stockClient(earshot.a.url, { token });
  const inForce = () => moderator.api.moderation.sanctions.query({ scope: { type: 'server' } });
  expect(await inForce()).toMatchObject([{ kind: 'ban', userId: 'bob' }]);
  await section(people.sanctions).getByRole('button', { name: sanctions.lift }).press('Enter');
  await section(people.sanctions).getByText(people.nothing).waitFor();
  expect(await inForce()).toEqual([]);

  await page.getByRole('button', { name: people.back }).press('Enter');
  await hasFocus('Bob', 'button');
  using ada = stockClient(earshot.a.url, await identityOf('ada'));
  expect((await ada.api.messages.history.query({ roomId })).messages).toMatchObject([{ removedBy: 'moderator' }]);
  expect(mo.problems).toEqual([]);
});

test('the owner of a room finds members by id and kicks one, in German, on a phone', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const roomId = await roomWithBob(earshot.a.url);
  const { token } = await identityOf('ada');
  const ada = await browser.visit(earshot.a.url, {
    path: `moderate?room=${roomId}#token=${token}`,
    browser: { ...phone, locale: 'de-DE' },
  });
  const { page } = ada;
  await page.getByRole('tab', { name: german.title }).click();
  await page.getByLabel(german.search).fill('bob');
  await page.getByRole('button', { name: german.submit }).click();
  await page.getByRole('list', { name: german.results }).getByRole('button').click();
  await page.getByRole('heading', { name: 'Bob' }).waitFor();
  const rooms = page.getByRole('region', { name: german.rooms, exact: true });
  await rooms.getByRole('button').click();
  await page.getByRole('dialog').getByRole('radio').last().check();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Hinauswerfen' }).click();
  await page.getByRole('status').filter({ hasText: german.sanctioned }).waitFor();
  await rooms.getByText(german.nothing).waitFor();
  await page.getByText(germanAudit.actions.kickUser).waitFor();
  await page.getByText(germanAudit.lasts('1 Minute'), { exact: true }).waitFor();
  const [width, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(width).toBeLessThanOrEqual(shown ?? 0);
  expect(await violations(page)).toEqual([]);
  expect(ada.problems).toEqual([]);
});

test('the audit log is filtered, loaded page by page, and exported with what the filters match', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const { token } = await identityOf('mo', 'moderator');
  using moderator = stockClient(earshot.a.url, { token });
  const scope = { type: 'server' } as const;
  for (let n = 1; n <= 120; n += 1) {
    await moderator.api.moderation.mute.mutate({ scope, userId: `user ${n}`, reason: n === 1 ? '=1+1' : 'spam' });
  }
  await moderator.api.moderation.ban.mutate({ scope, userId: 'eve' });
  const mo = await browser.visit(earshot.a.url, { path: `moderate#token=${token}` });
  const { page } = mo;
  await page.getByRole('tab', { name: moderate.queue }).press('End');
  const entries = page.getByRole('list', { name: audit.title }).getByRole('listitem');
  await expect.poll(() => entries.count()).toBe(50);
  expect(await violations(page)).toEqual([]);
  await page.getByLabel(audit.action).selectOption(audit.actions.muteUser);
  await page.getByRole('button', { name: audit.apply }).press('Enter');
  await expect.poll(() => entries.filter({ hasText: 'eve' }).count()).toBe(0);
  for (const count of [100, 120]) {
    await page.getByRole('button', { name: moderate.more }).press('Enter');
    await expect.poll(() => entries.count()).toBe(count);
  }
  expect(await page.getByRole('button', { name: moderate.more }).count()).toBe(0);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: audit.formats.csv }).press('Enter');
  const file = await readFile(await (await download).path(), 'utf8');
  const [head, ...rows] = file.trim().split('\r\n');
  expect(head).toBe('id,time,action,actor_id,actor_name,subject_id,room_id,scope,reason,detail');
  expect(rows).toHaveLength(120);
  expect(rows.at(-1)).toContain(",muteUser,mo,Mo,user 1,,server,'=1+1,");
  await page.getByRole('status').filter({ hasText: audit.exported }).waitFor();

  const lines = page.waitForEvent('download');
  await page.getByLabel(audit.subject).fill('eve');
  await page.getByLabel(audit.action).selectOption('');
  await page.getByLabel(audit.subject).press('Enter');
  await expect.poll(() => entries.count()).toBe(1);
  await page.getByRole('button', { name: audit.formats.jsonl }).press('Enter');
  const text = await readFile(await (await lines).path(), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ action: 'banUser', subjectUserId: 'eve' });
  expect(mo.problems).toEqual([]);
});

test('an export can be stopped', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  const { token } = await identityOf('mo', 'moderator');
  const mo = await browser.visit(earshot.a.url, { path: `moderate#token=${token}` });
  const { page } = mo;
  await page.getByRole('tab', { name: moderate.queue }).press('End');
  await page.getByText(audit.none).waitFor();
  mo.proxy.cut(); // the export waits for its first page
  await page.getByRole('button', { name: audit.formats.csv }).press('Enter');
  await page
    .getByRole('status')
    .filter({ hasText: audit.progress(0) })
    .waitFor();
  await page.getByRole('button', { name: audit.stop }).press('Enter');
  await page.getByRole('status').filter({ hasText: audit.stopped }).waitFor();
  await page.getByRole('button', { name: audit.formats.csv }).waitFor();
});

test('the audit log of an area has the decisions of its rooms, and no others', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using browser = await openBrowser();
  using admin = stockClient(earshot.a.url, await identityOf('ada', 'admin'));
  const location = somewhere();
  const { room } = await admin.api.rooms.join.mutate({ location });
  await admin.api.roles.grant.mutate({ scope: { type: 'area', location }, userId: 'mo', role: 'areaModerator' });
  await admin.api.moderation.mute.mutate({ scope: { type: 'room', roomId: room.id }, userId: 'bob' });
  await admin.api.moderation.mute.mutate({ scope: { type: 'server' }, userId: 'eve' });
  const { token } = await identityOf('mo');
  const mo = await browser.visit(earshot.a.url, { path: `moderate#token=${token}` });
  await mo.page.getByRole('tab', { name: moderate.queue }).press('End');
  const entries = mo.page.getByRole('list', { name: audit.title }).getByRole('listitem');
  await entries.filter({ hasText: 'bob' }).waitFor();
  expect(await entries.filter({ hasText: 'eve' }).count()).toBe(0);
  expect(mo.problems).toEqual([]);
});
