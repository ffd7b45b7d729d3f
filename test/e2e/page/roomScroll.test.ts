import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startChatter } from '../../resources/chatter.ts';
import { jumpButton, messageLog, numberedMessage, openBrowser, phone, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

/** Starts an embedded server with a room that has `message 1` up to that number. */
async function startRoom(messages: number, options: { hurried?: boolean } = {}) {
  await using stack = new AsyncDisposableStack();
  const { a: server } = stack.use(await startEmbedded());
  const place = somewhere();
  const ada = stack.use(await startChatter(server.url, 'Ada', { location: place }));
  await ada.count(1, messages);
  const browser = stack.use(await openBrowser(options));
  const visit = (browserOptions = {}) =>
    browser.visit(server.url, { name: 'Mira', place, path: `#/room/${ada.room.room.id}`, browser: browserOptions });
  const owned = stack.move();
  return { ada, visit, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

interface Walk {
  /** The numbers of the messages, in the order in which they became visible. */
  seenNumbers: number[];
  /** Steps after which a visible message had moved by another distance than the step. */
  jumps: number;
  /** Views that showed a message twice, or not next to its neighbour. */
  broken: number;
}

/** Scrolls up in steps like those of a wheel to the start of the room, and checks every view. */
function walkUp(page: Page, stepPx: number): Promise<Walk> {
  return messageLog(page).evaluate(async (list, step) => {
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

    /** The visible messages, from the top, with their bottom edges. */
    function visibleRows(): Map<number, number> {
      const { top, bottom } = list.getBoundingClientRect();
      const entries: [number, number][] = [];
      for (const article of list.querySelectorAll('article')) {
        const box = article.getBoundingClientRect();
        const number = /message (\d+)/.exec(article.textContent)?.[1];
        if (number !== undefined && box.bottom > top && box.top < bottom && article.checkVisibility()) {
          entries.push([Number(number), box.bottom]);
        }
      }
      return new Map(entries.sort(([, a], [, b]) => a - b));
    }

    const isTop = () => list.scrollTop === 0 && list.querySelector('h3') !== null;
    const walk = { seenNumbers: new Set<number>(), jumps: 0, broken: 0 };
    let before = visibleRows();
    for (let steps = 0; steps < 20_000; steps += 1) {
      const numbers = [...before.keys()];
      if (numbers.some((number, index) => index > 0 && number - (numbers[index - 1] ?? 0) !== 1)) walk.broken += 1;
      for (const number of numbers.toReversed()) walk.seenNumbers.add(number);
      if (isTop() && walk.seenNumbers.has(1)) break;
      list.scrollBy(0, -step);
      // A wheel scrolls and fires the event at once. A script's scroll fires the event with the next frame.
      list.dispatchEvent(new Event('scroll'));
      await nextFrame();
      const after = visibleRows();
      const moves = numbers.map((number) => (after.get(number) ?? Number.NaN) - (before.get(number) ?? 0));
      const stayed = moves.filter((move) => !Number.isNaN(move));
      // At the top, less than a step may be left.
      if (stayed.some((move) => move > step + 1 || move < -1) || Math.max(...stayed) - Math.min(...stayed) > 1) {
        walk.jumps += 1;
      }
      before = after;
    }
    return { ...walk, seenNumbers: [...walk.seenNumbers] };
  }, stepPx);
}

/** The row in the middle of the list and its position, once nothing moves. */
function middle(page: Page): Promise<{ text: string | null; top: number }> {
  return messageLog(page).evaluate(async (list) => {
    const { left, top, width, height } = list.getBoundingClientRect();
    function visibleRows() {
      const row = document.elementFromPoint(left + width / 2, top + height / 2)?.closest('[data-row]');
      return { text: row?.textContent ?? null, top: row?.getBoundingClientRect().top ?? 0 };
    }
    let last = visibleRows();
    for (let still = 0; still < 15; still += 1) {
      await new Promise(requestAnimationFrame);
      const now = visibleRows();
      if (now.text === null || now.text !== last.text || now.top !== last.top) still = 0;
      last = now;
    }
    return last;
  });
}

const downFrom = (newest: number) => Array.from({ length: newest }, (_, index) => newest - index);

test.each([
  { device: 'a desktop', browser: {}, stepPx: 240 },
  { device: 'a phone', browser: phone, stepPx: 300 },
])(
  'scrolling up through 1,000 messages on $device shows each once and in order, and nothing jumps',
  async (variant) => {
    await using room = await startRoom(1_000);
    const mira = await room.visit(variant.browser);
    await numberedMessage(mira, 1_000).waitFor();
    const { seenNumbers, jumps, broken } = await walkUp(mira.page, variant.stepPx);
    expect(seenNumbers).toEqual(downFrom(1_000));
    expect({ jumps, broken }).toEqual({ jumps: 0, broken: 0 });
    expect(mira.problems).toEqual([]);
  },
  180_000,
);

test('new messages move nothing while the user reads older ones; they are counted and one click away', async () => {
  await using room = await startRoom(200);
  const mira = await room.visit();
  await numberedMessage(mira, 200).waitFor();
  await messageLog(mira.page).hover();
  await mira.page.mouse.wheel(0, -1_500);
  await jumpButton(mira).waitFor();
  const before = await middle(mira.page);
  await room.ada.count(201, 203);
  await mira.page.getByText(words.room.newMessages(3), { exact: true }).waitFor();
  expect(await middle(mira.page)).toEqual(before);

  await jumpButton(mira).click();
  await numberedMessage(mira, 203).waitFor();
  await expect.poll(() => jumpButton(mira).count()).toBe(0);
  const [line, first] = await Promise.all([
    messageLog(mira.page).getByText(words.room.unreadLine, { exact: true }).boundingBox(),
    numberedMessage(mira, 201).boundingBox(),
  ]);
  expect(line?.y).toBeLessThan(first?.y ?? 0);
  expect(mira.problems).toEqual([]);
});

test('scrolling up during a burst of messages does not jump back', async () => {
  await using room = await startRoom(200);
  const mira = await room.visit();
  await numberedMessage(mira, 200).waitFor();
  const burst = room.ada.pace(201, 1_000, 250);
  await numberedMessage(mira, 200).waitFor({ state: 'detached' });
  await messageLog(mira.page).hover();
  await mira.page.mouse.wheel(0, -120);
  await jumpButton(mira).waitFor();
  const before = await middle(mira.page);
  await burst;
  await jumpButton(mira).filter({ hasText: 'new' }).waitFor();
  expect(await middle(mira.page)).toEqual(before);
  expect(mira.problems).toEqual([]);
});

test('a page keeps a bounded part of a long room, and loads the rest again', async () => {
  await using room = await startRoom(1, { hurried: true });
  const mira = await room.visit();
  await numberedMessage(mira, 1).waitFor();
  await room.ada.count(2, 1_200);
  await numberedMessage(mira, 1_200).waitFor();
  expect(await jumpButton(mira).count()).toBe(0); // the list has followed the newest message
  const height = await messageLog(mira.page).evaluate((list) => list.scrollHeight);
  const { seenNumbers, broken } = await walkUp(mira.page, 500);
  expect(seenNumbers).toEqual(downFrom(1_200));
  expect(broken).toBe(0);
  expect(height).toBeLessThan(0.85 * (await messageLog(mira.page).evaluate((list) => list.scrollHeight)));
}, 120_000);
