import { expect, test } from 'vitest';
import { names } from '../../../packages/web/src/text/en/names.ts';
import { composer, enterNearest, openBrowser, say, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { checkedTokens, signToken } from '../../resources/tokens.ts';

test('names that look alike are marked for everybody, and their owners get a notice', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const place = somewhere();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place });
  await enterNearest(ada);
  const other = await browser.visit(earshot.a.url, { name: '\u0410d\u0430', place }); // in Cyrillic letters
  await enterNearest(other);
  const bob = await browser.visit(earshot.a.url, { name: 'Bob', place });
  await enterNearest(bob);
  const taken = words.errors.messages.NAME_TAKEN;
  for (const { page } of [ada, other]) await page.getByRole('alert').filter({ hasText: taken }).waitFor();
  expect(await bob.page.getByRole('alert').count()).toBe(0);

  await say(other, 'I am Ada');
  const message = bob.page.getByRole('article').filter({ hasText: 'I am Ada' });
  await message.getByRole('img', { name: names.lookalike }).waitFor();
  await bob.page.getByRole('button', { name: words.room.peopleHere(3) }).click();
  const marked = bob.page.getByRole('dialog').getByRole('listitem').filter({ hasText: names.lookalike });
  await expect.poll(() => marked.count()).toBe(2);
  expect(await bob.page.getByRole('dialog').getByRole('listitem').count()).toBe(3);

  await other.page.close();
  await expect.poll(() => marked.count()).toBe(1); // the message of the other one stays
  expect(ada.problems).toEqual([]);
});

test('guests are marked, and a new name shows on all pages; messages keep the former one', async () => {
  await using earshot = await startEmbedded({ env: { ...checkedTokens, ALLOW_GUESTS: 'true' } });
  await using browser = await openBrowser();
  const place = somewhere();
  const ada = await browser.visit(earshot.a.url, { place, path: `#token=${await signToken('ada')}` });
  await enterNearest(ada);
  await say(ada, 'with an account');
  const guest = await browser.visit(earshot.a.url, { place });
  const { page } = guest;
  await page.getByLabel(words.welcome.nameLabel).fill('Admin');
  await page.getByLabel(words.welcome.nameLabel).press('Enter');
  await page.getByRole('alert').filter({ hasText: words.errors.messages.NAME_RESERVED }).waitFor();
  await page.getByLabel(words.welcome.nameLabel).fill('Grace');
  await page.getByLabel(words.welcome.nameLabel).press('Enter');
  await enterNearest(guest);
  await say(guest, 'as a guest');
  const article = (text: string) => ada.page.getByRole('article').filter({ hasText: text });
  await article('as a guest').getByText(names.guest, { exact: true }).waitFor();
  expect(await article('as a guest').getAttribute('aria-label')).toContain(`Grace (${words.app.guest})`);
  expect(await page.getByRole('article', { name: /^Ada,/ }).getByText(names.guest).count()).toBe(0);

  await page.getByRole('button', { name: words.app.settings }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: words.app.rename }).click();
  await dialog.getByLabel(words.welcome.nameLabel).fill('Hedy');
  await dialog.getByRole('button', { name: words.welcome.rename }).click();
  await composer(page).waitFor();
  const isolated = (text: string) => text.replace(/(Grace|Hedy)/g, '\u2068$1\u2069');
  await ada.page
    .getByRole('status')
    .filter({ hasText: isolated(names.renamed('Grace', 'Hedy')) })
    .waitFor();
  await article('as a guest')
    .getByText(isolated(names.now('Hedy')))
    .waitFor();
  await ada.page.getByRole('button', { name: words.room.peopleHere(2) }).click();
  await ada.page
    .getByRole('dialog')
    .getByText(isolated(names.was('Grace')))
    .waitFor();
  expect(ada.problems).toEqual([]);
  expect(guest.problems).toEqual([expect.stringContaining('400')]); // the reserved name
});

test('invisible text can’t be sent', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', place: somewhere() });
  await enterNearest(ada);
  const send = ada.page.getByRole('button', { name: words.room.send, exact: true });
  await ada.page.getByRole('textbox').fill('\u2800 \u3164');
  expect(await send.isDisabled()).toBe(true);
  await ada.page.getByRole('textbox').fill('\u2800 a');
  expect(await send.isDisabled()).toBe(false);
});
