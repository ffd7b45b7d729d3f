import { expect, test } from 'vitest';
import { startChatter } from '../../resources/chatter.ts';
import { jumpButton, messageLog, numberedMessage, openBrowser, type Visitor, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

// A user reads old messages while many new ones arrive. The page's messages stay bounded, and none is missing on the way down.

const height = ({ page }: Visitor) => messageLog(page).evaluate((list) => list.scrollHeight);

/** Mira has scrolled up in a room of 300 messages, and 2,200 more have arrived. */
async function scrollFarUp() {
  await using stack = new AsyncDisposableStack();
  const { a: server } = stack.use(await startEmbedded());
  const place = somewhere();
  const ada = stack.use(await startChatter(server.url, 'Ada', { location: place }));
  await ada.count(1, 300);
  const browser = stack.use(await openBrowser());
  const mira = await browser.visit(server.url, { name: 'Mira', place, path: `#/room/${ada.room.room.id}` });
  await numberedMessage(mira, 300).waitFor();
  await messageLog(mira.page).hover();
  await mira.page.mouse.wheel(0, -2_500);
  await jumpButton(mira).waitFor();
  await ada.count(301, 2_500);
  await jumpButton(mira).filter({ hasText: /\d+\+/ }).waitFor();
  const owned = stack.move();
  return { ada, mira, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** The numbers of the visible messages, from the top. */
function visibleNumbers({ page }: Visitor): Promise<number[]> {
  return messageLog(page).evaluate((list) => {
    const { top, bottom } = list.getBoundingClientRect();
    const articles = [...list.querySelectorAll('article')].filter((article) => {
      const box = article.getBoundingClientRect();
      return box.bottom > top && box.top < bottom && article.checkVisibility();
    });
    return articles.map(({ textContent }) => Number(/message (\d+)/.exec(textContent)?.[1])).sort((a, b) => a - b);
  });
}

test('new messages move nothing and are not kept in the page; one click leads to the newest', async () => {
  await using room = await scrollFarUp();
  const { ada, mira } = room;
  const [before, heightBefore] = [await visibleNumbers(mira), await height(mira)];
  await ada.count(2_501, 2_800);
  await ada.room.leave();
  await mira.page.getByRole('button', { name: words.room.peopleHere(1) }).waitFor(); // the page has received everything before
  expect([await visibleNumbers(mira), await height(mira)]).toEqual([before, heightBefore]);
  await jumpButton(mira).click();
  await numberedMessage(mira, 2_800).waitFor();
  await expect.poll(() => jumpButton(mira).count()).toBe(0);
  expect(mira.problems).toEqual([]);
}, 120_000);

test('scrolling down loads every dropped message again, and then follows new ones', async () => {
  await using room = await scrollFarUp();
  const { ada, mira } = room;
  const seen = new Set<number>();
  for (let last = 0; last < 2_500; last = Math.max(...seen)) {
    const numbers = await visibleNumbers(mira);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    for (const number of numbers) seen.add(number);
    await messageLog(mira.page).evaluate(async (list) => {
      list.scrollBy(0, list.clientHeight * 0.8);
      for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    });
  }
  const first = Math.min(...seen);
  expect([...seen]).toEqual(Array.from({ length: 2_500 - first + 1 }, (_, index) => first + index));
  await expect.poll(() => jumpButton(mira).count()).toBe(0);
  await ada.count(2_501, 2_502);
  await numberedMessage(mira, 2_502).waitFor();
  expect(mira.problems).toEqual([]);
}, 180_000);
