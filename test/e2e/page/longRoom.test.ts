import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startChatter } from '../../resources/chatter.ts';
import { messageLog, openBrowser, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

/** The messages of each half, and their rate per second. */
const half = 2_500;
const pace = 250;

/** The limits for a page: somewhat more than the list keeps, far less than it receives. */
const rowsMax = 1_200;
const nodesMax = 1_500;

declare global {
  interface Window {
    frameLog: { frames: number[]; broken: string[] };
  }
}

/** Collects the numbers of the messages that the server sends from now on. */
function collectNumbers(page: Page): readonly number[] {
  const numbers: number[] = [];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      // Answers with nearby rooms have the content of the newest message as well.
      const events = String(payload).matchAll(/"message\.created".*?"content":"message (\d+)/g);
      for (const [, number] of events) numbers.push(Number(number));
    });
  });
  return numbers;
}

/** Records the duration of each frame and its faults: messages out of order, or not the newest. */
function startWatching(page: Page): Promise<void> {
  return messageLog(page).evaluate((list) => {
    const frameLog = { frames: [] as number[], broken: [] as string[] };
    window.frameLog = frameLog;
    let newest = 0;

    function inspectFrame() {
      const { top, bottom } = list.getBoundingClientRect();
      const visible = [...list.querySelectorAll('article')].filter((article) => {
        const box = article.getBoundingClientRect();
        return box.bottom > top && box.top < bottom;
      });
      const numbers = visible.map(({ textContent }) => Number(/message (\d+)/.exec(textContent)?.[1]));
      const isWhole = numbers.every((number, index) => index === 0 || number - (numbers[index - 1] ?? 0) === 1);
      const last = numbers.at(-1) ?? 0;
      if (!isWhole || last < newest) frameLog.broken.push(numbers.join(' '));
      newest = last;
    }

    // A ResizeObserver runs last before a frame is painted, after the list's own one.
    const probe = document.body.appendChild(document.createElement('div'));
    Object.assign(probe.style, { position: 'fixed', width: '0px', visibility: 'hidden' });
    new ResizeObserver(inspectFrame).observe(probe);
    let last = performance.now();
    requestAnimationFrame(function tick(now) {
      frameLog.frames.push(now - last);
      last = now;
      probe.style.width = `${frameLog.frames.length % 2}px`;
      requestAnimationFrame(tick);
    });
  });
}

test('more than a screenful of messages arrives while the page is busy: no frame lacks a row', async () => {
  await using earshot = await startEmbedded();
  const { url } = earshot.a;
  await using browser = await openBrowser();
  for (let rounds = 0; rounds < 3; ) {
    const place = somewhere();
    await using ada = await startChatter(url, 'Ada', { location: place });
    const { page } = await browser.visit(url, { name: 'Mira', place, path: `#/room/${ada.room.room.id}` });
    await page.getByRole('button', { name: words.room.peopleHere(2) }).waitFor();
    await startWatching(page);
    let isBusy = true;
    const busy = page
      .evaluate(() => {
        for (const end = performance.now() + 600; performance.now() < end; );
      })
      .then(() => {
        isBusy = false;
      });
    await ada.count(1, 11);
    if (isBusy) rounds += 1; // otherwise the messages came too late for this round to prove anything
    await busy;
    await messageLog(page)
      .getByRole('article')
      .filter({ hasText: /message 11\b/ })
      .waitFor();
    await page.waitForFunction(
      (framesBefore) => window.frameLog.frames.length > framesBefore + 5,
      await page.evaluate(() => window.frameLog.frames.length),
    );
    expect(await page.evaluate(() => window.frameLog.broken)).toEqual([]);
    await page.close();
  }
});

interface Weight {
  /** The JavaScript heap, after garbage collection. */
  heapBytes: number;
  domNodes: number;
  /** Derived from the list's height. */
  rows: number;
}

async function measureWeight(page: Page): Promise<Weight> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  for (let round = 0; round < 3; round += 1) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  const { domNodes, rows } = await messageLog(page).evaluate((list) => {
    const heights = Array.from(list.querySelectorAll('[data-row]'), (row) => row.getBoundingClientRect().height);
    return {
      domNodes: document.querySelectorAll('*').length,
      rows: Math.round((list.scrollHeight * heights.length) / heights.reduce((sum, height) => sum + height, 0)),
    };
  });
  return { heapBytes: usedSize, domNodes, rows };
}

function describeFrames(frames: readonly number[]): string {
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (part: number) => (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(1);
  const seconds = frames.reduce((sum, ms) => sum + ms, 0) / 1_000;
  return `${(frames.length / seconds).toFixed(1)} frames a second; ms a frame: p50 ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)}`;
}

test('a page receives and shows 5,000 messages in order, and stops growing', async () => {
  await using earshot = await startEmbedded();
  const { url } = earshot.a;
  const place = somewhere();
  await using ada = await startChatter(url, 'Ada', { location: place });
  await using browser = await openBrowser();
  const { page, problems } = await browser.visit(url, { name: 'Mira', place, path: `#/room/${ada.room.room.id}` });
  const received = collectNumbers(page);
  await page.reload();
  await page.getByRole('button', { name: words.room.peopleHere(2) }).waitFor();
  await startWatching(page);

  const weights: Weight[] = [];
  const frames: number[] = [];
  for (const from of [1, half + 1]) {
    const to = from + half - 1;
    await ada.pace(from, to, pace);
    await messageLog(page)
      .getByRole('article')
      .filter({ hasText: new RegExp(`message ${to}\\b`) })
      .waitFor();
    frames.push(...(await page.evaluate(() => window.frameLog.frames.splice(0))));
    weights.push(await measureWeight(page));
    await page.evaluate(() => void window.frameLog.frames.splice(0)); // weighing took time as well
  }
  const [early, late] = weights;
  const heapKb = weights.map(({ heapBytes }) => Math.round(heapBytes / 1_024));
  process.stdout.write(`${pace} messages a second: ${describeFrames(frames)}; heap in KB: ${heapKb.join(', ')}\n`);

  expect(received).toEqual(Array.from({ length: 2 * half }, (_, index) => index + 1));
  expect(await page.evaluate(() => window.frameLog.broken)).toEqual([]);
  for (const { rows, domNodes } of weights) {
    expect(rows).toBeLessThan(rowsMax);
    expect(domNodes).toBeLessThan(nodesMax);
  }
  expect((late?.heapBytes ?? Number.NaN) - (early?.heapBytes ?? Number.NaN)).toBeLessThan(3e6);
  expect(problems).toEqual([]);
}, 180_000);
