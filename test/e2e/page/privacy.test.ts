import { expect, test } from 'vitest';
import { enterNearest, openBrowser, words } from '../../resources/page.ts';
import { startEmbedded } from '../../resources/server.ts';

test('the page neither stores nor sends more than the rounded location of the device', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const position = { latitude: 48.3719264, longitude: -16.8423951 };
  const ada = await browser.visit(earshot.a.url, { name: 'Ada', position });
  const { page } = ada;
  const sent: string[] = [];
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(String(payload))));
  page.on('request', (request) => sent.push(`${request.url()} ${request.postData()}`));
  await page.reload(); // so that the socket is seen too
  await page.getByRole('button', { name: words.welcome.share }).click();
  await enterNearest(ada);
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(sent.some((text) => text.includes('"latitude":48.37,"longitude":-16.84}'))).toBe(true);
  expect(stored).toContain('48.37');
  expect([...sent, stored].filter((text) => /48\.37\d|16\.84\d/.test(text))).toEqual([]);
});
