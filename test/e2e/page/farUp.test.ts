import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startChatter } from '../../resources/chatter.ts';
import { openBrowser, type Visitor, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

// Who reads far up while much is said: what the page holds stays bounded, and nothing is missed on the way back.

const log = (page: Page) => page.getByRole('log', { name: words.room.messages });
const message = ({ page }: Visitor, number: number) =>
  log(page)
    .getByRole('article')
    .filter({ hasText: new RegExp(`message ${number}\\b`) });
const jump = ({ page }: Visitor) => page.getByRole('button', { name: words.room.jumpToNewest });
const height = ({ page }: Visitor) => log(page).evaluate((list) => list.scrollHeight);

/** Somebody who has read up in a room of 300 messages, while 2,200 more were said. */
async function readFarUp() {
  await using stack = new AsyncDisposableStack();
  const { a: server } = stack.use(await startEmbedded());
  const place = somewhere();
  const ada = stack.use(await startChatter(server.url, 'Ada', { location: place }));
  await ada.count(1, 300);
  const browser = stack.use(await openBrowser());
  const mira = await browser.visit(server.url, { name: 'Mira', place, path: `#/room/${ada.room.room.id}` });
  await message(mira, 300).waitFor();
  await log(mira.page).hover();
  await mira.page.mouse.wheel(0, -2_500);
  await jump(mira).waitFor();
  await ada.count(301, 2_500);
  await jump(mira).filter({ hasText: /\d+\+/ }).waitFor();
  const held = stack.move();
  return { ada, mira, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** The numbers of the messages in sight, from the top. */
function inSight({ page }: Visitor): Promise<number[]> {
  return log(page).evaluate((list) => {
    const { top, bottom } = list.getBoundingClientRect();
    const articles = [...list.querySelectorAll('article')].filter((article) => {
      const box = article.getBoundingClientRect();
      return box.bottom > top && box.top < bottom && article.checkVisibility();
    });
    return articles.map(({ textContent }) => Number(/message (\d+)/.exec(textContent)?.[1])).sort((a, b) => a - b);
  });
}

test('what is said meanwhile moves nothing and is not kept; one click leads to the newest', async () => {
  await using room = await readFarUp();
  const { ada, mira } = room;
  const [before, heightBefore] = [await inSight(mira), await height(mira)];
  await ada.count(2_501, 2_800);
  await ada.room.leave();
  await mira.page.getByRole('button', { name: words.room.peopleHere(1) }).waitFor(); // it has heard all before
  expect([await inSight(mira), await height(mira)]).toEqual([before, heightBefore]);
  await jump(mira).click();
  await message(mira, 2_800).waitFor();
  await expect.poll(() => jump(mira).count()).toBe(0);
  expect(mira.problems).toEqual([]);
}, 120_000);

test('scrolling down meets every message that was let go of, and then follows again', async () => {
  await using room = await readFarUp();
  const { ada, mira } = room;
  const met = new Set<number>();
  for (let last = 0; last < 2_500; last = Math.max(...met)) {
    const numbers = await inSight(mira);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    for (const number of numbers) met.add(number);
    await log(mira.page).evaluate(async (list) => {
      list.scrollBy(0, list.clientHeight * 0.8);
      for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    });
  }
  const first = Math.min(...met);
  expect([...met]).toEqual(Array.from({ length: 2_500 - first + 1 }, (_, index) => first + index));
  await expect.poll(() => jump(mira).count()).toBe(0);
  await ada.count(2_501, 2_502);
  await message(mira, 2_502).waitFor();
  expect(mira.problems).toEqual([]);
}, 180_000);
