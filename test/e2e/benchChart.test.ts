import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openPage } from '../resources/browser.ts';

const chart = new URL('../../docs/performance.svg', import.meta.url);

test('every text of the chart in docs/performance.md is within the picture, and no label covers a bar', async () => {
  await using opened = await openPage(`file://${fileURLToPath(chart)}`);
  const { width, texts, firstBar } = await opened.page.evaluate(() => {
    const boxes = (name: string) =>
      Array.from(document.querySelectorAll<SVGGraphicsElement>(name), (element) => {
        const { x, width } = element.getBBox();
        return {
          text: element.textContent,
          isLabel: element.getAttribute('text-anchor') === 'end',
          left: x,
          right: x + width,
        };
      });
    return {
      width: document.documentElement.getBoundingClientRect().width,
      texts: boxes('text'),
      firstBar: Math.min(...boxes('rect').map(({ left }) => left)),
    };
  });
  expect(texts.length).toBeGreaterThan(30);
  expect(texts.filter(({ left, right }) => left < 0 || right > width)).toEqual([]);
  expect(texts.filter(({ isLabel, right }) => isLabel && right > firstBar)).toEqual([]);
});
