import { expect, test } from 'vitest';
import { enterNearest, openBrowser, say, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

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
  await message.getByRole('img', { name: words.room.lookalike }).waitFor();
  await bob.page.getByRole('button', { name: words.room.peopleHere(3) }).click();
  const marked = bob.page.getByRole('dialog').getByRole('listitem').filter({ hasText: words.room.lookalike });
  await expect.poll(() => marked.count()).toBe(2);
  expect(await bob.page.getByRole('dialog').getByRole('listitem').count()).toBe(3);

  await other.page.close();
  await marked.first().waitFor({ state: 'detached' });
  expect(ada.problems).toEqual([]);
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
