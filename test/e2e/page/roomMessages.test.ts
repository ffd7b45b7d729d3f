import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { startChatter } from '../../resources/chatter.ts';
import { openBrowser, say, type Visitor, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

const message = ({ page }: Visitor, text: string) => page.getByRole('article').filter({ hasText: text });
const button = ({ page }: Visitor, name: string) => page.getByRole('button', { name, exact: true });
const field = ({ page }: Visitor) => page.getByRole('textbox', { name: words.room.composerLabel('') });

/** Starts a room with a client named Ada; `visit` opens pages of other users in it. */
async function startRoom(env: Record<string, string> = {}) {
  await using stack = new AsyncDisposableStack();
  const { a: server } = stack.use(await startEmbedded({ env }));
  const place = somewhere();
  const ada = stack.use(await startChatter(server.url, 'Ada', { location: place }));
  const browser = stack.use(await openBrowser());
  const visit = async (name: string) => {
    const path = `#/room/${ada.room.room.id}`;
    const visitor = await browser.visit(server.url, { name, place, path });
    await field(visitor).waitFor();
    return visitor;
  };
  const owned = stack.move();
  return { ada: ada.room, visit, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('the last message is edited, another gets a reaction and is deleted by keyboard; all pages show it', async () => {
  await using room = await startRoom();
  const [mira, bob] = [await room.visit('Mira'), await room.visit('Bob')];
  await say(mira, 'the frist one');
  await say(mira, 'the second one');
  await message(bob, 'the second one').waitFor();

  const { keyboard } = mira.page;
  // An element of the list gets the focus as soon as it is measured, some frames later.
  const untilFocused = (locator: Locator) =>
    expect.poll(() => locator.evaluate((element) => element === document.activeElement)).toBe(true);
  const editField = mira.page.getByRole('textbox', { name: words.room.editLabel, exact: true });
  await keyboard.press('ArrowUp');
  await untilFocused(editField);
  await keyboard.press('Escape');
  await untilFocused(field(mira));
  await keyboard.press('ArrowUp');
  await untilFocused(editField);
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type('the last one');
  await keyboard.press('Enter');
  await message(bob, 'the last one').getByText(words.room.edited).waitFor();

  await message(mira, 'the last one').focus();
  await keyboard.press('ArrowUp');
  await keyboard.press('Enter'); // to the message's first button
  await keyboard.press('Enter');
  await keyboard.press('Enter');
  await message(bob, 'the frist one')
    .getByRole('button', { name: /^👍.*Mira/ })
    .waitFor();

  const first = message(mira, 'the frist one');
  await untilFocused(first);
  await first.getByRole('button', { name: words.room.delete }).focus();
  await keyboard.press('Enter');
  await keyboard.press('Tab'); // past the button that keeps it
  await keyboard.press('Enter');
  await bob.page.getByText(words.room.deleted).waitFor();
  expect(await message(bob, 'the frist one').count()).toBe(0);
  expect([...mira.problems, ...bob.problems]).toEqual([]);
});

test('the page shows who is typing, and warns a user whose name is taken', async () => {
  await using room = await startRoom();
  const mira = await room.visit('Mira');
  const ada = await room.visit('ada');
  await ada.page.getByRole('alert').filter({ hasText: words.errors.messages.NAME_TAKEN }).waitFor();
  await button(ada, words.room.stay).click();
  await expect.poll(() => ada.page.getByText(words.errors.messages.NAME_TAKEN).count()).toBe(0);
  await field(ada).pressSequentially('I am');
  await mira.page.getByText(/ada\W* is typing/).waitFor();
  await field(ada).press('Enter');
  await message(mira, 'I am').waitFor();
  await expect.poll(() => mira.page.getByText(/is typing/).count()).toBe(0);
  await button(mira, words.room.peopleHere(3)).click();
  const people = mira.page.getByRole('dialog', { name: words.room.people });
  await expect.poll(() => people.getByRole('listitem').count()).toBe(3);
  expect(await people.getByRole('listitem').filter({ hasText: words.room.you }).count()).toBe(1);
});

test('messages that arrived while the user was away are below a line, also after the page was closed', async () => {
  await using room = await startRoom();
  await room.ada.send('an old one');
  const mira = await room.visit('Mira');
  await message(mira, 'an old one').waitFor();
  const seenPosition = () => mira.page.evaluate((key) => localStorage.getItem(key), `earshot.seen.${room.ada.room.id}`);
  await expect.poll(seenPosition).toMatch(/^1 /);
  const { page } = mira;
  const address = page.url();
  await page.goto('about:blank');
  await room.ada.send('a new one');
  await page.goto(address);
  await message(mira, 'a new one').waitFor();
  const line = page.getByRole('log').getByText(words.room.unreadLine, { exact: true });
  const heights = await Promise.all(
    [message(mira, 'an old one'), line, message(mira, 'a new one')].map(async (one) => (await one.boundingBox())?.y),
  );
  expect(heights).toEqual(heights.toSorted((a = 0, b = 0) => a - b));
  await say(mira, 'seen');
  await expect.poll(() => line.count()).toBe(0);
});

test('a rejected action shows a notice that can be dismissed', async () => {
  await using room = await startRoom({ SEND_RATE: '0.05', SEND_BURST: '1' });
  await room.ada.send('react to me');
  const mira = await room.visit('Mira');
  await message(mira, 'react to me').getByRole('button', { name: words.room.react }).click();
  await button(mira, '👍').click();
  await message(mira, '👍').waitFor();
  await message(mira, 'react to me').getByRole('button', { name: words.room.react }).click();
  await button(mira, '🎉').click();
  await mira.page.getByRole('alert').filter({ hasText: words.errors.messages.RATE_LIMITED }).waitFor();
  await button(mira, words.room.dismiss).click();
  await expect.poll(() => mira.page.getByRole('alert').count()).toBe(0);
});
